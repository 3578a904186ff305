package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Namespace;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is broken in modes shared and adopt is named, too. */
@Scenario
final class DoctorModesIT {
  private static final String NETWORK = "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d";

  private static ComputeNode node;
  private static Daemon daemon;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    daemon = node.daemon(node.config().hold("50ms"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void sharedTapHasEveryOfItsLinksNamed() {
    Guest vm = node.guest().routed().start();
    vm.record().write();
    attachShared(vm);
    assertThat(doctor(vm.tap())).doesNotContain("broken  ").endsWith("\n" + vm.tap() + ": ok\n");

    nft("delete element inet tapmeta taps { \"%s\" }".formatted(vm.tap()));
    assertBrokenAt("steering", vm.tap());
    attachShared(vm);

    node.namespace().ip("rule del preference 1690");
    assertBrokenAt("addresses", vm.tap());
    attachShared(vm);

    nft("flush chain inet tapmeta translate");
    assertBrokenAt("translation", vm.tap());
    attachShared(vm);

    node.namespace().ip("link set %s down".formatted(vm.tap()));
    assertBrokenAt("tap", vm.tap());
    vm.detach();
  }

  @Test
  void adoptedNamespaceHasEveryOfItsLinksNamed() {
    Namespace sdn = sdn();
    Guest vm = node.guest().start();
    vm.namespace().ip("route add 169.254.169.254 via 10.0.0.2");
    vm.record().network(NETWORK).write();
    attachAdopted(sdn);
    await().until(() -> vm.identity().equals(vm.record().uuid()));
    assertThat(doctor(sdn.name()))
        .doesNotContain("broken  ")
        .contains(vm.mac(), vm.record().uuid());

    String nft = "delete element inet tapmeta interfaces { \"sdn0\" }";
    sdn.command("nft", nft).run().orFail();
    assertBrokenAt("translation", sdn.name());
    attachAdopted(sdn);

    vm.record().remove();
    await().until(() -> vm.identity().equals("404"));
    assertBrokenAt("record", sdn.name());

    sdn.ip("address del 169.254.169.254/32 dev sdn0");
    assertBrokenAt("addresses", sdn.name());

    sdn.ip("link set sdn0 down");
    assertBrokenAt("addresses", sdn.name());

    sdn.delete();
    assertBrokenAt("namespace", sdn.name());
    node.detach(sdn.name());
  }

  private static void attachShared(Guest vm) {
    vm.attach("--mode", "shared");
    daemon.awaitListening(vm);
    await().until(() -> vm.identity().equals(vm.record().uuid()));
  }

  private static void attachAdopted(Namespace sdn) {
    node.attach(
        sdn.name(),
        "--mode",
        "adopt",
        "--netns",
        sdn.name(),
        "--interface",
        "sdn0",
        "--network",
        NETWORK);
    daemon.awaitReady();
  }

  private static Namespace sdn() {
    Namespace made = node.sdnNamespace();
    String end = "s" + made.name().substring(made.name().length() - 8);
    node.namespace()
        .ip(
            "link add %s type veth peer name sdn0 netns %s".formatted(end, made.name()),
            "link set %s master %s up".formatted(end, node.bridge()));
    made.ip(
        "link set sdn0 up",
        "address add 10.0.0.2/24 dev sdn0",
        "address add 169.254.169.254/32 dev sdn0");
    return made;
  }

  private static void assertBrokenAt(String step, String name) {
    String said = doctor(name);

    assertThat(said.lines()).filteredOn(line -> line.startsWith("broken ")).hasSize(1);
    assertThat(said).contains("\n%s: broken at %s: ".formatted(name, step));
  }

  private static String doctor(String name) {
    Command.Result result =
        node.namespace()
            .command(
                Run.tapmeta().toString(),
                "doctor",
                "--config",
                daemon.config().file().toString(),
                name)
            .run();
    assertThat(result.err()).isEmpty();
    return result.out();
  }

  private static void nft(String line) {
    node.namespace().command("nft", line).run().orFail();
  }
}
