package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Subnet.HostRoute;
import io.tapmeta.resolver.text.Fields;
import java.util.List;
import java.util.Optional;

/** Reads the ports of a record, down to their subnets and routes. */
final class PortReader {
  /** The smallest MTU that IPv4 allows. */
  private static final int MIN_MTU = 68;

  private static final int MAX_MTU = 65_535;
  private static final String MODES = "slaac, dhcpv6-stateful or dhcpv6-stateless";

  private PortReader() {}

  static Optional<Port> port(Fields fields) {
    Optional<MacAddress> mac = fields.requiredParsed("mac", MacAddress.FORM, MacAddress::parse);
    Optional<String> id = fields.string("id");
    Optional<String> tap = fields.string("tap");
    Optional<String> vifType = fields.string("vif_type");
    Optional<Integer> mtu = fields.integer("mtu", MIN_MTU, MAX_MTU);
    Optional<String> networkId = fields.string("network_id");
    List<IpAddress> floatingIps =
        fields.parsedList("floating_ips", IpAddress.FORM, IpAddress::parse);
    List<Subnet> subnets = fields.objects("subnets", PortReader::subnet);
    fields.finish();
    return mac.map(
        address -> new Port(id, tap, address, vifType, mtu, networkId, floatingIps, subnets));
  }

  private static Optional<Subnet> subnet(Fields fields) {
    Optional<Cidr> cidr = fields.requiredParsed("cidr", Cidr.FORM, Cidr::parse);
    Optional<IpAddress> ip = sameFamily(fields, "ip_address", cidr);
    Optional<IpAddress> gateway = sameFamily(fields, "gateway_ip", cidr);
    boolean dhcp = fields.bool("dhcp").orElse(false);
    List<IpAddress> dns = fields.parsedList("dns_nameservers", IpAddress.FORM, IpAddress::parse);
    List<HostRoute> routes = fields.objects("host_routes", PortReader::route);
    Optional<String> mode =
        fields.parsed(
            "ipv6_address_mode",
            MODES,
            text -> Words.oneOf(text, "slaac", "dhcpv6-stateful", "dhcpv6-stateless"));
    fields.finish();
    return cidr.map(net -> new Subnet(net, ip, gateway, dhcp, dns, routes, mode));
  }

  private static Optional<IpAddress> sameFamily(Fields fields, String name, Optional<Cidr> cidr) {
    String expected =
        cidr.map(net -> net.isV6() ? "an IPv6 address" : "an IPv4 address").orElse(IpAddress.FORM);
    return fields.parsed(
        name,
        expected,
        text -> {
          IpAddress address = IpAddress.parse(text);
          if (cidr.isPresent() && cidr.get().isV6() != address.isV6()) {
            throw new IllegalArgumentException(text);
          }
          return address;
        });
  }

  private static Optional<HostRoute> route(Fields fields) {
    Optional<Cidr> destination = fields.requiredParsed("destination", Cidr.FORM, Cidr::parse);
    Optional<IpAddress> nexthop =
        fields.requiredParsed("nexthop", IpAddress.FORM, IpAddress::parse);
    fields.finish();
    return destination.isPresent() && nexthop.isPresent()
        ? Optional.of(new HostRoute(destination.get(), nexthop.get()))
        : Optional.empty();
  }
}
