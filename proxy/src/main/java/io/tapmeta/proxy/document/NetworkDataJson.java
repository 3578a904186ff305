package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.IpAddress;
import io.tapmeta.resolver.instance.Port;
import io.tapmeta.resolver.instance.Subnet;
import io.tapmeta.resolver.instance.Subnet.HostRoute;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code network_data.json}, the same in every version: one link a port that has a subnet, the
 * first IPv4 and the first IPv6 subnet of each as networks, and the name servers.
 */
final class NetworkDataJson {
  /** Binding types that guests are shown; any other is a physical interface to them. */
  private static final Set<String> SHOWN_TYPES =
      Set.of("bridge", "dvs", "hw_veb", "hyperv", "ovs", "tap", "vhostuser", "vif");

  /** A link, and the subnets that become its networks. */
  private record Link(String id, Port port, List<Subnet> networks) {}

  private NetworkDataJson() {}

  static Document render(Instance instance) {
    List<Link> links = links(instance);
    PythonJson json = new PythonJson().beginObject().name("links").beginArray();
    links.forEach(link -> link(json, link));
    json.endArray().name("networks").beginArray();
    Set<IpAddress> nameServers = new LinkedHashSet<>();
    int number = 0;
    for (Link link : links) {
      for (Subnet subnet : link.networks()) {
        network(json, link, subnet, number++);
        nameServers.addAll(subnet.dnsNameservers());
      }
    }
    json.endArray();
    services(json, nameServers);
    // Nova never gave it the type of JSON.
    return Document.text(json.endObject().bytes());
  }

  private static List<Link> links(Instance instance) {
    List<Link> links = new ArrayList<>();
    for (Port port : instance.ports()) {
      if (!port.subnets().isEmpty()) {
        String id = port.tap().orElse("interface" + links.size());
        List<Subnet> networks = new ArrayList<>();
        for (boolean v6 : new boolean[] {false, true}) {
          port.subnets().stream()
              .filter(subnet -> subnet.cidr().isV6() == v6)
              .findFirst()
              .filter(subnet -> subnet.ipAddress().isPresent())
              .ifPresent(networks::add);
        }
        links.add(new Link(id, port, networks));
      }
    }
    return links;
  }

  private static void link(PythonJson json, Link link) {
    Port port = link.port();
    json.beginObject()
        .member("id", link.id())
        .member("vif_id", port.id())
        .member("type", port.vifType().filter(SHOWN_TYPES::contains).orElse("phy"))
        .name("mtu");
    port.mtu().ifPresentOrElse(json::value, json::nullValue);
    json.member("ethernet_mac_address", port.mac().toString()).endObject();
  }

  private static void network(PythonJson json, Link link, Subnet subnet, int number) {
    Optional<String> mode = subnet.ipv6AddressMode();
    String family = subnet.cidr().isV6() ? "ipv6" : "ipv4";
    boolean asks = mode.isEmpty() && subnet.dhcp();
    json.beginObject()
        .member("id", "network" + number)
        .member("type", family + (asks ? "_dhcp" : mode.map(word -> "_" + word).orElse("")))
        .member("link", link.id());
    if (!asks) {
      json.member("ip_address", subnet.ipAddress().orElseThrow().text());
      json.member("netmask", subnet.cidr().netmask());
      routes(json, subnet);
    }
    json.member("network_id", link.port().networkId());
    if (!asks) {
      services(json, subnet.dnsNameservers());
    }
    json.endObject();
  }

  private static void routes(PythonJson json, Subnet subnet) {
    String any = subnet.cidr().isV6() ? "::" : "0.0.0.0";
    json.name("routes").beginArray();
    subnet.gatewayIp().ifPresent(gateway -> route(json, any, any, gateway));
    for (HostRoute route : subnet.hostRoutes()) {
      route(json, route.destination().network(), route.destination().netmask(), route.nexthop());
    }
    json.endArray();
  }

  private static void route(PythonJson json, String network, String netmask, IpAddress gateway) {
    json.beginObject()
        .member("network", network)
        .member("netmask", netmask)
        .member("gateway", gateway.text())
        .endObject();
  }

  private static void services(PythonJson json, Iterable<IpAddress> nameServers) {
    json.name("services").beginArray();
    for (IpAddress address : nameServers) {
      json.beginObject().member("type", "dns").member("address", address.text()).endObject();
    }
    json.endArray();
  }
}
