package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.IpAddress;
import io.tapmeta.resolver.instance.Port;
import io.tapmeta.resolver.instance.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Network configuration, version 2, as cloud-init takes it from a NoCloud source. */
final class NetworkConfig {
  private NetworkConfig() {}

  /** One Ethernet a port that has a subnet, matched by its MAC; the guest keeps its own names. */
  static String render(Instance instance) {
    PythonJson json = PythonJson.utf8().beginObject().name("version").value(2);
    json.name("ethernets").beginObject();
    int number = 0;
    for (Port port : instance.ports()) {
      if (!port.subnets().isEmpty()) {
        ethernet(json.name("interface" + number++), port);
      }
    }
    return json.endObject().endObject() + "\n";
  }

  private static void ethernet(PythonJson json, Port port) {
    List<Subnet> subnets = shown(port);
    json.beginObject().name("match").beginObject();
    json.member("macaddress", port.mac().toString()).endObject();
    port.mtu().ifPresent(mtu -> json.name("mtu").value(mtu));
    json.name("dhcp4").value(subnets.stream().anyMatch(subnet -> asks(subnet, false)));
    json.name("dhcp6").value(subnets.stream().anyMatch(subnet -> asks(subnet, true)));
    if (subnets.stream().anyMatch(NetworkConfig::advertised)) {
      json.name("accept-ra").value(true);
    }
    List<Subnet> fixed =
        subnets.stream()
            .filter(subnet -> !asks(subnet, false) && !asks(subnet, true))
            .filter(subnet -> !advertised(subnet))
            .toList();
    addresses(json, fixed);
    routes(json, fixed);
    List<String> nameServers =
        subnets.stream()
            .flatMap(subnet -> subnet.dnsNameservers().stream())
            .map(IpAddress::text)
            .distinct()
            .toList();
    if (!nameServers.isEmpty()) {
      json.name("nameservers").beginObject().member("addresses", nameServers).endObject();
    }
    json.endObject();
  }

  /** As in network_data.json: the first subnet of each family, where the port has an address. */
  private static List<Subnet> shown(Port port) {
    List<Subnet> shown = new ArrayList<>();
    for (boolean v6 : new boolean[] {false, true}) {
      port.subnets().stream()
          .filter(subnet -> subnet.cidr().isV6() == v6)
          .findFirst()
          .filter(subnet -> subnet.ipAddress().isPresent())
          .ifPresent(shown::add);
    }
    return shown;
  }

  private static boolean asks(Subnet subnet, boolean v6) {
    if (subnet.cidr().isV6() != v6) {
      return false;
    }
    Optional<String> mode = subnet.ipv6AddressMode();
    return mode.map(word -> word.equals("dhcpv6-stateful")).orElse(subnet.dhcp());
  }

  /** The address comes from router advertisements. */
  private static boolean advertised(Subnet subnet) {
    return subnet.ipv6AddressMode().filter(mode -> !mode.equals("dhcpv6-stateful")).isPresent();
  }

  private static void addresses(PythonJson json, List<Subnet> fixed) {
    if (!fixed.isEmpty()) {
      json.member(
          "addresses",
          fixed.stream()
              .map(subnet -> subnet.ipAddress().orElseThrow().text() + "/" + subnet.cidr().prefix())
              .toList());
    }
  }

  private static void routes(PythonJson json, List<Subnet> fixed) {
    boolean any =
        fixed.stream().anyMatch(s -> s.gatewayIp().isPresent() || !s.hostRoutes().isEmpty());
    if (!any) {
      return;
    }
    json.name("routes").beginArray();
    for (Subnet subnet : fixed) {
      String everywhere = subnet.cidr().isV6() ? "::/0" : "0.0.0.0/0";
      subnet.gatewayIp().ifPresent(gateway -> route(json, everywhere, gateway));
      subnet
          .hostRoutes()
          .forEach(
              route ->
                  route(
                      json,
                      route.destination().network() + "/" + route.destination().prefix(),
                      route.nexthop()));
    }
    json.endArray();
  }

  private static void route(PythonJson json, String to, IpAddress via) {
    json.beginObject().member("to", to).member("via", via.text()).endObject();
  }
}
