package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.DaemonConfig;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Relocation;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Wiring;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is named in one line, with the right status, and everything else goes on. */
@Scenario
final class BadInputIT {
  private static final int UNAVAILABLE = 69;
  private static final int NO_PERMISSION = 77;
  private static final int WRONG_CONFIGURATION = 78;
  private static final String[] NOBODY = {
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"
  };

  private static ComputeNode node;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void wrongKeyEndsTheDaemonWith78AndIsNamedWithTheOneThatWasMeant() {
    DaemonConfig config = node.config().guest("hodl", "8s").write();

    assertOneLine(
        tapmeta("run", "--config", config.file().toString()),
        WRONG_CONFIGURATION,
        "tapmeta: %s:3: guest.hodl: unknown key (expected: did you mean hold?)"
            .formatted(config.file()));
  }

  @Test
  void checkConfigNamesEveryFault() {
    DaemonConfig config = node.config().guest("port", "99999").guest("hold", "8").write();

    Command.Result result = tapmeta("check-config", config.file().toString());

    assertThat(result.status()).isEqualTo(WRONG_CONFIGURATION);
    assertThat(result.err().lines())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains(":3: guest.port: 99999 (expected: "))
        .anySatisfy(line -> assertThat(line).contains(":4: guest.hold: 8 (expected: "));
  }

  @Test
  void checkConfigTakesAGoodOne() {
    DaemonConfig config = node.config().write();

    assertThat(tapmeta("check-config", config.file().toString()).status()).isZero();
  }

  @Test
  void adminPortThatIsTakenEndsTheDaemonWith69() throws IOException {
    DaemonConfig config = node.config().write();

    try (ServerSocket taken = node.namespace().occupy("127.0.0.1", 9775)) {
      assertThat(taken.isBound()).isTrue();
      assertOneLine(
          tapmeta("run", "--config", config.file().toString()), UNAVAILABLE, "127.0.0.1:9775");
    }
  }

  @Test
  void adminSocketOfAnotherDaemonEndsTheSecondWith69() {
    try (Daemon first = node.daemon()) {
      DaemonConfig second = first.config().adminPort(9776).write();
      assertOneLine(
          tapmeta("run", "--config", second.file().toString()), UNAVAILABLE, "admin.sock: in use");
      assertThat(first.admin("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void guestPortThatIsTakenIsNamedWhileOthersAreServedUntilItIsFree() throws IOException {
    Guest blocked = node.vm("blocked");
    Guest other = node.vm("other");

    ServerSocket taken = blocked.attachment().occupy("0.0.0.0", 9697);
    try (Daemon daemon = node.launch(node.config()).awaitStart().awaitListening(other)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(daemon.admin("/readyz").text())
                      .contains("\"" + blocked.tap() + "\": \"169.254.169.254:9697: ")
                      .contains("(expected: free in namespace " + blocked.attachment().name()));
      assertThat(other.identity()).isEqualTo(other.record().uuid());

      taken.close();

      daemon.awaitReady();
      assertThat(blocked.identity()).isEqualTo(blocked.record().uuid());
    }
    blocked.detach();
    other.detach();
  }

  @Test
  void attachmentsDirectoryThatIsNoneIsNamedAndTheDaemonStaysAliveButUnready() {
    Path none = node.config().write().file();

    try (Daemon daemon = node.launch(node.config().attachments(none)).awaitStart()) {
      daemon.awaitLog(none + ": unreadable");
      assertThat(daemon.log()).contains("(expected: a directory)");
      assertThat(daemon.admin("/readyz").status()).isEqualTo(503);
      assertThat(daemon.admin("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void daemonWithoutRightsEndsWith77() throws IOException {
    DaemonConfig config = node.config().write();
    try (Relocation elsewhere = Relocation.ofTheApplication()) {
      assertOneLine(
          asNobody(elsewhere.tapmeta().toString(), "run", "--config", config.file().toString()),
          NO_PERMISSION,
          "no CAP_SYS_ADMIN (expected: root");
    }
  }

  @Test
  void attachWithoutRightsEndsWith77() throws IOException {
    try (Relocation elsewhere = Relocation.ofTheScripts()) {
      assertOneLine(
          asNobody(elsewhere.script("tapmeta-attach").toString(), "tap0"),
          NO_PERMISSION,
          "user id 65534");
    }
  }

  @Test
  void attachWithoutIptablesEndsWith69AndMakesNothing() throws IOException {
    String tap = node.emptyTap();
    Wiring before = node.wiring();
    try (Relocation tools = Relocation.ofToolsWithout("iptables")) {
      assertOneLine(
          node.script("tapmeta-attach", tap).with(Map.of("PATH", tools.path())).run(),
          UNAVAILABLE,
          "tapmeta-attach: iptables: not found (expected: in PATH, from the package iptables)");
    }
    assertThat(node.wiring()).isEqualTo(before);
  }

  @Test
  void attachOfATapThatIsNotThereEndsWith69AndMakesNothing() {
    Wiring before = node.wiring();

    assertOneLine(
        node.script("tapmeta-attach", "tap-none").run(),
        UNAVAILABLE,
        "tap-none: no such interface");
    assertThat(node.wiring()).isEqualTo(before);
  }

  @Test
  void interfaceThatIsNoGuestsIsRefusedAndNothingIsMade() {
    String bridge = node.bridge();
    Wiring before = node.wiring();

    assertOneLine(
        node.script("tapmeta-attach", "lo").run(),
        2,
        "TAP: lo (expected: the name of a tap or veth");
    assertOneLine(
        node.script("tapmeta-attach", bridge).run(),
        UNAVAILABLE,
        bridge + ": a bridge (expected: a tap or veth");
    assertOneLine(
        node.script("tapmeta-attach", bridge, "--mode", "shared").run(),
        UNAVAILABLE,
        bridge + ": a bridge (expected: a tap or veth");
    assertThat(node.wiring()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ipv6", "--no-ipv6"})
  void adoptedNamespaceTakesNoWordOnIpv6(String option) {
    assertOneLine(
        node.script(
                "tapmeta-attach",
                "a",
                "--mode=adopt",
                "--netns=none",
                "--interface=eth0",
                "--network=n",
                option)
            .run(),
        2,
        option + ": with --mode adopt (expected: nothing");
  }

  private static Command.Result tapmeta(String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = Run.tapmeta().toString();
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return node.namespace().command(words).run();
  }

  private static Command.Result asNobody(String... words) {
    String[] all = new String[NOBODY.length + words.length];
    System.arraycopy(NOBODY, 0, all, 0, NOBODY.length);
    System.arraycopy(words, 0, all, NOBODY.length, words.length);
    return node.namespace().command(all).run();
  }

  private static void assertOneLine(Command.Result result, int status, String part) {
    assertThat(result.err()).contains(part).hasLineCount(1);
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.out()).isEmpty();
  }
}
