package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.ingress.MacAddress;
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
    List<Subnet> subnets) {}
