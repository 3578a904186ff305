package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Relocation;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import io.tapmeta.proxy.scenario.kit.Wiring;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that the wiring needs is there, and says no while one tap is attached. */
@Scenario
final class RefusingToolIT {
  private static final int UNAVAILABLE = 69;

  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest separate;
  private static Guest routed;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    // A node with a firewall, in which mode shared needs a rule.
    for (String tables : new String[] {"iptables", "ip6tables"}) {
      node.namespace().command(tables, "-A", "INPUT", "-i", "lo", "-j", "ACCEPT").run().orFail();
    }
    separate = node.vm("separate");
    routed = node.guest().routed().start();
    routed.record().hostname("routed").write();
    daemon = node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "netns, iptables-restore",
    "netns, ip6tables-restore",
    "netns, nft",
    "shared, iptables",
    "shared, ip6tables",
    "shared, iptables-save",
    "shared, ip6tables-save",
    "shared, nft"
  })
  void attachIsGivenUpInOneLineAndNothingIsMadeWhileOthersAreServed(String mode, String tool)
      throws IOException {
    Guest guest = guest(mode);
    String complaint = tool + ": no room in the kernel";

    assertRefusedAndUndone(guest, mode, tool, complaint, complaint, separate);

    guest.attach("--mode", mode);
    daemon.awaitListening(guest);
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    guest.detach();
  }

  @Test
  void anotherTapOfModeSharedIsServedWhereNftRefusesOne() throws IOException {
    routed.attach("--mode", "shared");
    daemon.awaitListening(routed);

    assertRefusedAndUndone(
        guest("shared"), "shared", "nft", "nft: no room in the kernel", "nft: no room", routed);

    routed.detach();
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-restore", "ip6tables-restore", "nft"})
  void toolThatGivesNoReasonIsNamedAllTheSame(String tool) throws IOException {
    assertRefusedAndUndone(guest("netns"), "netns", tool, "", tool, separate);
  }

  @ParameterizedTest
  @CsvSource({
    "netns, nft",
    "netns, iptables-restore",
    "shared, nft",
    "shared, iptables-save",
    "shared, ip6tables-save"
  })
  void attachingAgainInVainHarmsNobodyWhoIsServed(String mode, String tool) throws IOException {
    Guest guest = guest(mode);
    guest.attach("--mode", mode);
    daemon.awaitListening(guest);
    Wiring before = node.wiring();
    Traffic traffic = Traffic.of(guest).awaitMore();

    Command.Result result = attachWithout(guest, mode, tool, tool + ": no room in the kernel");

    assertThat(result.err()).hasLineCount(1).contains(tool + ": no room in the kernel");
    assertThat(result.status()).isEqualTo(UNAVAILABLE);
    assertThat(node.wiring()).isEqualTo(before);
    traffic.awaitMore();
    assertThat(traffic.stop()).extracting(Response::identity).containsOnly(guest.record().uuid());
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    guest.detach();
  }

  private static void assertRefusedAndUndone(
      Guest guest, String mode, String tool, String complaint, String said, Guest other)
      throws IOException {
    Wiring before = node.wiring();
    Traffic traffic = Traffic.of(other).awaitMore();

    Command.Result result = attachWithout(guest, mode, tool, complaint);

    assertThat(result.err())
        .startsWith("tapmeta-attach: ")
        .contains(said)
        .hasLineCount(1)
        .endsWith("\n");
    assertThat(result.status()).isEqualTo(UNAVAILABLE);
    assertThat(result.out()).isEmpty();
    await().untilAsserted(() -> assertThat(node.wiring()).isEqualTo(before));
    traffic.awaitMore();
    assertThat(traffic.stop()).extracting(Response::identity).containsOnly(other.record().uuid());
    assertThat(other.identity()).isEqualTo(other.record().uuid());
  }

  private static Command.Result attachWithout(
      Guest guest, String mode, String tool, String complaint) throws IOException {
    try (Relocation tools = Relocation.ofRefusingTools(complaint, tool)) {
      return node.script("tapmeta-attach", guest.tap(), "--mode", mode)
          .with(Map.of("PATH", tools.pathBeforeOthers()))
          .run();
    }
  }

  private static Guest guest(String mode) {
    Guest guest = mode.equals("shared") ? node.guest().routed().start() : node.guest().start();
    guest.record().write();
    return guest;
  }
}
