package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.ingress.MacAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A Neutron port: one of the instance's network interfaces.
 *
 * @param tap the tap on this node behind which it is; empty where only network or MAC place it
 * @param vifType Neutron's binding type
 * @param mtu in bytes; empty: the guest is told {@code null}
 */
public record Port(
    Optional<String> id,
    Optional<String> tap,
    MacAddress mac,
    Optional<String> vifType,
    Optional<Integer> mtu,
    Optional<String> networkId,
    List<IpAddress> floatingIps,
    List<Subnet> subnets) {
  private static final Cidr LINK_LOCAL = Cidr.parse("fe80::/10");

  /**
   * True where a packet of this port may have this source: one of its fixed IPs; any address of a
   * subnet on which it has none, as it chooses its own there; link-local, which every IPv6 interface
   * has. True as well where nothing is known of its addresses.
   */
  public boolean maySendFrom(IpAddress source) {
    return subnets.isEmpty()
        || LINK_LOCAL.contains(source)
        || subnets.stream()
            .anyMatch(
                subnet ->
                    subnet
                        .ipAddress()
                        .map(fixed -> Arrays.equals(fixed.bytes(), source.bytes()))
                        .orElseGet(() -> subnet.cidr().contains(source)));
  }
}
