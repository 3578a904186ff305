package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each link of a guest's way is broken on its own, and named. */
@Scenario
final class DoctorIT {
  private static final int UNAVAILABLE = 69;
  private static final int NO_PERMISSION = 77;

  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest other;

  private Guest vm;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    daemon = node.daemon(node.config().hold("50ms"));
    other = served(node.vm("other"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @BeforeEach
  void plugIn() {
    vm = served(node.vm("vm"));
  }

  @AfterEach
  void unplug() {
    vm.detach();
  }

  @Test
  void guestThatIsServedHasNothingBroken() {
    Command.Result result = doctor(vm.tap());

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .doesNotContain("broken  ", "unknown  ")
        .contains("port of br0", " frames from the guest, ", vm.mac(), vm.record().uuid())
        .contains("169.254.169.254%md0:9697")
        .containsPattern(
            "requests     the last \\d+ s ago: 200 \\(served\\); 1 answered, 0 refused\n")
        .endsWith("\n" + vm.tap() + ": ok\n");
  }

  @Test
  void guestThatHasNotAskedIsNotCalledBroken() {
    Guest silent = node.vm("silent");

    Command.Result result = doctor(silent.tap());

    assertThat(result.status()).isZero();
    assertThat(lastLine(result))
        .startsWith(silent.tap() + ": nothing broken; steering: no frame for 169.254.169.254");
    silent.detach();
  }

  @Test
  void lastRequestIsThisGuestsOwn() {
    Guest silent = node.vm("silent");
    vm.get("/nothing");

    assertThat(doctor(vm.tap()).out())
        .containsPattern(
            "requests     the last \\d+ s ago: 404 \\(unknown_path\\); \\d+ answered, 1 refused\n");
    assertThat(doctor(silent.tap()).out())
        .contains("unknown  requests     none since the daemon began to listen here\n");
    silent.detach();
  }

  @Test
  void attachmentFileThatIsNotThere() {
    delete(node.attachments().resolve(vm.tap() + ".json"));

    assertBrokenAt("file", "no such file (expected: written by tapmeta-attach");
  }

  @Test
  void attachmentFileThatIsHalfWritten() throws IOException {
    Files.writeString(node.attachments().resolve(vm.tap() + ".json"), "{\"name\": ");

    assertBrokenAt("file", vm.tap() + ".json:1: malformed");
  }

  @Test
  void tapThatIsDown() {
    node.namespace().ip("link set %s down".formatted(vm.tap()));

    assertBrokenAt("tap", vm.tap() + ": down (expected: up)");
  }

  @Test
  void tapThatIsGone() {
    node.namespace().ip("link del " + vm.tap());

    assertBrokenAt("tap", vm.tap() + ": no such interface");
  }

  @Test
  void steeringThatSomebodyHasFlushed() {
    nft("flush chain netdev tapmeta from_" + vm.tap());

    assertBrokenAt("steering", "no rules in chain from_" + vm.tap());
  }

  @Test
  void steeringBackThatSomebodyHasDeleted() {
    nft("flush chain netdev tapmeta to_" + vm.tap(), "delete chain netdev tapmeta to_" + vm.tap());

    assertBrokenAt("steering", "no rules in chain to_" + vm.tap());
  }

  @Test
  void hostEndThatIsDown() {
    node.namespace().ip("link set %s down".formatted(hostEnd()));

    assertBrokenAt("veth", ": down");
  }

  @Test
  void pairThatSomebodyHasDeleted() {
    node.namespace().ip("link del " + hostEnd());

    assertBrokenAt("veth", "no veth for " + vm.tap());
  }

  @Test
  void namespaceThatSomebodyHasDeleted() {
    vm.attachment().delete();
    // The pair goes once the daemon has let go of the namespace.
    await().until(() -> node.wiring().hostEnds().size() == 1);

    assertBrokenAt("namespace", vm.attachment().name() + ": no such network namespace");
  }

  @Test
  void fileInPlaceOfANamespace() throws IOException {
    vm.attachment().delete();
    Files.createFile(Path.of("/run/netns", vm.attachment().name()));

    assertBrokenAt("namespace", vm.attachment().name() + ": a stale file");
  }

  @Test
  void innerInterfaceThatIsDown() {
    vm.attachment().ip("link set md0 down");

    assertBrokenAt("addresses", "md0: down");
  }

  @Test
  void addressThatIsGone() {
    vm.attachment().ip("address del 169.254.169.254/32 dev md0");

    assertBrokenAt("addresses", "no address 169.254.169.254 on md0");
  }

  @Test
  void translationThatSomebodyHasFlushed() {
    vm.attachment().command("iptables", "-t", "nat", "-F").run().orFail();

    assertBrokenAt("translation", "no DNAT of 169.254.169.254:80");
  }

  @Test
  void daemonThatDoesNotRun() {
    stopDaemon();
    try {
      assertBrokenAt("daemon", "no daemon answers at " + node.directory());
    } finally {
      daemon = node.daemon(daemon.config());
    }
  }

  @Test
  void portThatSomebodyElseHas() throws IOException {
    stopDaemon();
    try (ServerSocket _ = vm.attachment().occupy("169.254.169.254", 9697)) {
      daemon = node.launch(daemon.config()).awaitStart();
      await().until(() -> daemon.admin("/attachments").text().contains("Address already in use"));

      assertBrokenAt("daemon", "Address already in use");
    }
    daemon.awaitReady();
  }

  @Test
  void guestWithAnotherMacThanItsRecord() {
    String recorded = vm.mac();
    vm.takeMac("fa:16:3e:ff:ff:01");
    await().until(() -> vm.identity().equals("404"));

    assertBrokenAt("neighbour", "fa:16:3e:ff:ff:01 at 10.0.0.5");
    assertThat(lastLine(doctor(vm.tap()))).contains("(expected: " + recorded);
  }

  @Test
  void guestWithoutARecord() {
    vm.record().remove();
    await().until(() -> vm.identity().equals("404"));

    assertBrokenAt("record", "no record for " + vm.tap() + " and " + vm.mac());
  }

  @Test
  void guestWithTwoRecords() {
    vm.record().copyAs("copy");
    await().until(() -> vm.identity().equals("404"));

    assertBrokenAt("record", "copy.json");
    vm.record().removeCopy("copy");
  }

  @Test
  void allAttachmentsComeBrokenOnesFirst() {
    vm.attachment().command("iptables", "-t", "nat", "-F").run().orFail();

    Command.Result result = doctor();

    assertThat(result.status()).isEqualTo(UNAVAILABLE);
    assertThat(result.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith(vm.tap() + ": broken at translation: ");
    assertThat(lastLine(result)).startsWith(other.tap() + ": ");
  }

  @Test
  void jsonHasTheStepsAndWhereItBreaks() {
    vm.attachment().ip("link set md0 down");

    assertThat(doctor("--json", vm.tap()).out())
        .startsWith(
            "{\"name\": \"%s\", \"verdict\": \"broken\", \"broken_at\": \"addresses\", "
                .formatted(vm.tap()))
        .contains("{\"step\": \"tap\", \"verdict\": \"ok\", \"seen\": \"" + vm.tap() + " up, ")
        .endsWith("]}\n");
    assertThat(doctor("--json").out()).startsWith("[{\"name\": ").endsWith("]}]\n");
  }

  @Test
  void fromAnotherNamespaceItSaysWhereToRun() {
    Command.Result result = vm.namespace().command(words()).run();

    assertThat(result.status()).isEqualTo(NO_PERMISSION);
    assertThat(result.err()).hasLineCount(1).contains("(expected: run by nsenter --net=/proc/");
  }

  private static void stopDaemon() {
    daemon.terminate();
    assertThat(daemon.exitStatus()).isZero();
  }

  /** The step is the last that is shown, and the only one that is broken. */
  private void assertBrokenAt(String step, String fact) {
    Command.Result result = doctor(vm.tap());

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isEqualTo(UNAVAILABLE);
    List<String> lines = result.out().lines().toList();
    assertThat(lines).filteredOn(line -> line.startsWith("broken ")).hasSize(1);
    assertThat(lines.get(lines.size() - 2)).startsWith("broken   " + step + " ");
    assertThat(lines.getLast())
        .startsWith("%s: broken at %s: ".formatted(vm.tap(), step))
        .contains(fact);
  }

  private static Guest served(Guest guest) {
    await().until(() -> guest.identity().equals(guest.record().uuid()));
    return guest;
  }

  private static String lastLine(Command.Result result) {
    return result.out().lines().toList().getLast();
  }

  private static Command.Result doctor(String... arguments) {
    return node.namespace().command(words(arguments)).run();
  }

  private static String[] words(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Run.tapmeta().toString(), "doctor", "--config", daemon.config().file().toString()));
    words.addAll(List.of(arguments));
    return words.toArray(String[]::new);
  }

  private static void nft(String... lines) {
    node.namespace()
        .command("nft", "-f", "-")
        .input(String.join("\n", lines) + "\n")
        .run()
        .orFail();
  }

  private static void delete(Path file) {
    Command.of("rm", file.toString()).run().orFail();
  }

  private String hostEnd() {
    return node.namespace()
        .command("ip", "-o", "link")
        .run()
        .orFail()
        .lines()
        .filter(line -> line.contains("tapmeta " + vm.tap() + " "))
        .map(line -> line.split("[ :@]+", 4)[1])
        .findFirst()
        .orElseThrow();
  }
}
