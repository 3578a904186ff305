package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.RawSyn;
import io.tapmeta.proxy.scenario.kit.Scenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A frame with a VLAN's tag is of another network, in every mode: the first segment of a connection
 * to the metadata address gets no answer in one, and so no connection comes about.
 */
@Scenario
final class TaggedFrameIT {
  private static final String UNTAGGED = "";
  private static final String VLAN_5 = "81000005";
  private static final String VLAN_5_BY_PROVIDER = "88a80005";
  private static final String VLAN_5_BEHIND_A_PRIORITY = "8100e00081000005";
  private static final String PRIORITY_ALONE = "8100e000";

  private static EveryMode modes;

  @BeforeAll
  static void start() {
    modes = new EveryMode();
    modes.node.daemon();
    modes.isServed();
    modes.guests().forEach(TaggedFrameIT::countAnswers);
  }

  @AfterAll
  static void close() {
    modes.close();
  }

  @Test
  void ofAGuestWithANamespaceOfItsOwn() {
    onlyUntaggedFramesAreAnswered(modes.separate, Guest.ADDRESS);
  }

  @Test
  void ofAGuestOnASharedTap() {
    onlyUntaggedFramesAreAnswered(modes.shared, Guest.ADDRESS);
  }

  @Test
  void ofAGuestBehindAnAdoptedInterface() {
    onlyUntaggedFramesAreAnswered(modes.adopted, "10.0.0.11");
  }

  private static void onlyUntaggedFramesAreAnswered(Guest guest, String address) {
    String gateway = gateway(guest);
    send(guest, address, gateway, VLAN_5, 40_001);
    send(guest, address, gateway, VLAN_5_BY_PROVIDER, 40_002);
    send(guest, address, gateway, VLAN_5_BEHIND_A_PRIORITY, 40_003);
    send(guest, address, gateway, PRIORITY_ALONE, 40_004);
    send(guest, address, gateway, UNTAGGED, 40_005);

    // What was sent before them has come by then, too.
    await().until(() -> answers(guest, 40_004) > 0 && answers(guest, 40_005) > 0);
    assertThat(answers(guest, 40_001)).isZero();
    assertThat(answers(guest, 40_002)).isZero();
    assertThat(answers(guest, 40_003)).isZero();
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
  }

  private static void send(Guest guest, String address, String gateway, String tags, int port) {
    new RawSyn(guest.mac(), gateway, tags, address, port).send(guest);
  }

  /** Whom the guest's kernel sends its own requests to. */
  private static String gateway(Guest guest) {
    return guest
        .namespace()
        .command("ip", "-4", "neigh", "show", "dev", "eth0")
        .run()
        .orFail()
        .replaceAll("(?s).* lladdr (\\S+) .*", "$1");
  }

  /** Whatever comes back, tagged or not, is counted by the port that it was asked from. */
  private static void countAnswers(Guest guest) {
    StringBuilder rules = new StringBuilder();
    for (int port = 40_001; port <= 40_005; port++) {
      rules.append(
          "add counter netdev seen to_%1$d\nadd rule netdev seen in tcp dport %1$d counter name to_%1$d\n"
              .formatted(port));
    }
    guest
        .namespace()
        .command("nft", "-f", "-")
        .input(
            "add table netdev seen\n"
                + "add chain netdev seen in { type filter hook ingress device eth0 priority 0; }\n"
                + rules)
        .run()
        .orFail();
  }

  private static long answers(Guest guest, int port) {
    String counter =
        guest
            .namespace()
            .command("nft", "list", "counter", "netdev", "seen", "to_" + port)
            .run()
            .orFail();
    return Long.parseLong(counter.replaceAll("(?s).*packets (\\d+) .*", "$1"));
  }
}
