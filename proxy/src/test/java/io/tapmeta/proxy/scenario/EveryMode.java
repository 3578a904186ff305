package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Namespace;
import java.util.List;

/** A node with a guest attached in each mode. */
final class EveryMode implements AutoCloseable {
  private static final String NETWORK = "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d";

  final ComputeNode node = ComputeNode.start();

  /** In a namespace of its own. */
  final Guest separate;

  /** In the node's namespace. */
  final Guest shared;

  /** Behind an interface of the SDN's namespace. */
  final Guest adopted;

  final Namespace sdn;

  EveryMode() {
    separate = node.vm("separate");
    shared = node.guest().routed().start();
    shared.record().hostname("shared").write();
    shared.attach("--mode", "shared");
    sdn = sdn();
    adopted = node.guest().start();
    adopted.record().hostname("adopted").network(NETWORK).write();
    adopted
        .namespace()
        .ip(
            "address del %s/24 dev eth0".formatted(Guest.ADDRESS),
            "address add 10.0.0.11/24 dev eth0",
            "route add %s via 10.0.0.2".formatted(Guest.METADATA));
    node.attach(
        "net1",
        "--mode",
        "adopt",
        "--netns",
        sdn.name(),
        "--interface",
        "sdn0",
        "--network",
        NETWORK);
  }

  List<Guest> guests() {
    return List.of(separate, shared, adopted);
  }

  /** Every guest gets its own document, over IPv6 too. */
  void isServed() {
    for (Guest guest : guests()) {
      assertThat(guest.identity()).isEqualTo(guest.record().uuid());
      assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(guest.record().uuid());
    }
  }

  @Override
  public void close() {
    node.close();
  }

  private Namespace sdn() {
    Namespace made = node.sdnNamespace();
    node.namespace()
        .ip(
            "link add sdn-host type veth peer name sdn0 netns " + made.name(),
            "link set sdn-host master %s up".formatted(node.bridge()));
    made.ip(
        "link set sdn0 up",
        "address add 10.0.0.2/24 dev sdn0",
        "address add %s/32 dev sdn0".formatted(Guest.METADATA),
        "address add fe80::a9fe:a9fe/64 dev sdn0 nodad");
    return made;
  }
}
