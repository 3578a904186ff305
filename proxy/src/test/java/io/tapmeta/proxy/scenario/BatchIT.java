package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Wiring;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many attachments by one command. */
@Scenario
final class BatchIT {
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
  void linesThatAreWrongAreNamedAndTheOthersAreServed() {
    Guest bridged = node.guest().start();
    Guest routed = node.guest().routed().start();
    bridged.record().write();
    routed.record().write();
    Wiring before = node.wiring();

    Command.Result result =
        node.batch(
                "tapmeta-attach",
                bridged.tap(),
                "tap-none",
                "# a word of its writer",
                routed.tap() + " --mode shared",
                "tap-none --mode nets",
                bridged.tap() + " --mac fa:16:3e:00:00:01")
            .run();

    assertThat(result.status()).isEqualTo(69);
    assertThat(result.err().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("tapmeta-attach: tap-none: "));
    daemon.awaitListening(bridged).awaitListening(routed);
    assertThat(routed.identity()).isEqualTo(routed.record().uuid());
    assertThat(node.attachments().resolve(bridged.tap() + ".json"))
        .content()
        .contains("fa:16:3e:00:00:01");

    node.batch("tapmeta-detach", bridged.tap(), routed.tap()).run().orFail();
    assertThat(node.wiring()).isEqualTo(before);
  }

  @Test
  void oneTapThatNftRefusesSpoilsNoOther() {
    Guest good = node.guest().routed().start();
    good.record().write();
    Guest stolen = node.guest().routed().start();
    // Its zone is another's, so that the transaction of all has to be given up.
    good.attach("--mode", "shared");
    String zone = zoneOf(good);
    node.namespace()
        .command(
            "nft",
            "add",
            "element",
            "inet",
            "tapmeta",
            "owners",
            "{ " + indexOf(stolen) + " : \"x\" }")
        .run()
        .orFail();
    Guest third = node.guest().routed().start();

    node.batch("tapmeta-attach", stolen.tap() + " --mode shared", third.tap() + " --mode shared")
        .run()
        .orFail();

    assertThat(zoneOf(stolen)).isNotEqualTo(indexOf(stolen)).isNotEqualTo(zone);
    assertThat(zoneOf(third)).isNotEqualTo(zoneOf(stolen));
    node.batch("tapmeta-detach", good.tap(), stolen.tap(), third.tap()).run().orFail();
  }

  @Test
  void lineThatAsksForHelpIsRefusedByName() {
    String tap = node.emptyTap();

    Command.Result attach =
        node.batch("tapmeta-attach", tap + " --help", "tap-none -h", "--help").run();
    Command.Result detach = node.batch("tapmeta-detach", "-h").run();

    assertThat(attach.status()).isEqualTo(69);
    assertThat(attach.out()).isEmpty();
    assertThat(attach.err().lines())
        .containsExactlyInAnyOrder(
            "tapmeta-attach: %s: --help: in a batch (expected: TAP [option]...)".formatted(tap),
            "tapmeta-attach: tap-none: -h: in a batch (expected: TAP [option]...)",
            "tapmeta-attach: --help: in a batch (expected: TAP [option]...)");
    assertThat(detach.status()).isEqualTo(69);
    assertThat(detach.out()).isEmpty();
    assertThat(detach.err()).isEqualTo("tapmeta-detach: -h: in a batch (expected: TAP or NAME)\n");
  }

  @Test
  void lineThatEndsInACarriageReturnIsSaidToDoSo() {
    Command.Result result =
        node.batch("tapmeta-attach", "# from elsewhere\r", "\r", "tap-a\r", "tap-b --no-wait\r")
            .run();

    assertThat(result.status()).isEqualTo(69);
    assertThat(result.err().lines())
        .containsExactlyInAnyOrder(
            "tapmeta-attach: tap-a: a carriage return ends the line (expected: a line feed alone)",
            "tapmeta-attach: tap-b: a carriage return ends the line (expected: a line feed alone)");
  }

  private static String zoneOf(Guest guest) {
    return node.namespace()
        .command("nft", "get", "element", "inet", "tapmeta", "zones", "{ \"" + guest.tap() + "\" }")
        .run()
        .orFail()
        .replaceAll("(?s).*\" : (\\d+).*", "$1");
  }

  private static String indexOf(Guest guest) {
    return node.namespace()
        .command("ip", "-o", "link", "show", "dev", guest.tap())
        .run()
        .orFail()
        .replaceAll("(?s):.*", "");
  }
}
