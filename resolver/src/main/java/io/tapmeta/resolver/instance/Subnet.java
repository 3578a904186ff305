package io.tapmeta.resolver.instance;

import java.util.List;
import java.util.Optional;

/**
 * A subnet as one port sees it.
 *
 * @param ipAddress the port's fixed IP on it; empty: none
 * @param dhcp true where the guest is to ask for its address
 * @param ipv6AddressMode {@code slaac}, {@code dhcpv6-stateful} or {@code dhcpv6-stateless}
 */
public record Subnet(
    Cidr cidr,
    Optional<IpAddress> ipAddress,
    Optional<IpAddress> gatewayIp,
    boolean dhcp,
    List<IpAddress> dnsNameservers,
    List<HostRoute> hostRoutes,
    Optional<String> ipv6AddressMode) {

  /** A route that guests on the subnet are to set. */
  public record HostRoute(Cidr destination, IpAddress nexthop) {}
}
