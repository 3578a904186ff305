package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Wiring;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Routed taps that are served in the node's own namespace. */
@Scenario
final class SharedModeIT {
  private static ComputeNode node;
  private static Daemon daemon;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    daemon = node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void equalGuestsAreToldApartByTheirTapsAlone() {
    Guest one = shared(node.guest().routed().start());
    Guest other = shared(node.guest().routed().onLink().start());

    // The same address and the same port, at the same time.
    try (var first = one.connectFrom(40_000);
        var second = other.connectFrom(40_000)) {
      assertThat(second.get(Guest.META_DATA_JSON).identity()).isEqualTo(other.record().uuid());
      assertThat(first.get(Guest.META_DATA_JSON).identity()).isEqualTo(one.record().uuid());
    }
    assertThat(one.identityAt(Guest.METADATA6)).isEqualTo(one.record().uuid());
    assertThat(other.identityAt(Guest.METADATA6)).isEqualTo(other.record().uuid());
    one.detach();
    other.detach();
  }

  @Test
  void strictSourceChecksOfTheNodeAreNoObstacleAndAreBackAfterwards() {
    Guest one = node.guest().routed().start();
    Guest other = node.guest().routed().start();
    node.namespace().ip("route add %s dev %s".formatted(Guest.ADDRESS, one.tap()));
    for (Guest guest : new Guest[] {one, other}) {
      node.namespace()
          .command("sysctl", "-qw", "net.ipv4.conf." + guest.tap() + ".rp_filter=1")
          .run()
          .orFail();
    }
    Wiring before = node.wiring();

    shared(one);
    shared(other);

    assertThat(one.identity()).isEqualTo(one.record().uuid());
    assertThat(other.identity()).isEqualTo(other.record().uuid());
    one.detach();
    other.detach();
    await().untilAsserted(() -> assertThat(node.wiring()).isEqualTo(before));
    assertThat(strictness(other)).isEqualTo("1");
    node.namespace().ip("route del %s dev %s".formatted(Guest.ADDRESS, one.tap()));
  }

  @Test
  void whatIsNotMetadataReachesNeitherTheNodeNorItsOwnMetadataService() {
    Guest guest = shared(node.guest().routed().start());

    for (int port : new int[] {22, 9697, 9775}) {
      String url = "http://%s:%d/".formatted(Guest.METADATA, port);
      assertThat(guest.namespace().command("curl", "-sm", "1", url).run().status()).isNotZero();
    }
    assertThat(node.namespace().command("ip", "route", "get", Guest.METADATA).run().out())
        .doesNotContain("local");
    guest.detach();
  }

  @Test
  void portOfABridgeIsRefusedInOneLine() {
    Guest bridged = node.guest().start();
    Wiring before = node.wiring();

    Command.Result result = node.script("tapmeta-attach", bridged.tap(), "--mode", "shared").run();

    assertThat(result.status()).isEqualTo(69);
    assertThat(result.err()).hasLineCount(1).contains(bridged.tap() + ": a port of br0");
    assertThat(node.wiring()).isEqualTo(before);
  }

  private static Guest shared(Guest guest) {
    guest.record().write();
    guest.attach("--mode", "shared");
    daemon.awaitListening(guest);
    return guest;
  }

  private static String strictness(Guest guest) {
    return node.namespace()
        .command("sysctl", "-n", "net.ipv4.conf." + guest.tap() + ".rp_filter")
        .run()
        .orFail()
        .strip();
  }
}
