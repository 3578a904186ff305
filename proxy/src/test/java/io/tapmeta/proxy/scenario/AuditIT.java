package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The audit log of a real node names the VM, whoever else has its address. */
@Scenario
final class AuditIT {
  private final ComputeNode node = ComputeNode.start();
  private final Path file = node.directory().resolve("audit.log");

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void deniedRequestsNameTheirVmBeforeAndAfterARotation() throws IOException {
    Guest first = node.vm("first");
    Guest second = node.vm("second");
    Daemon daemon =
        node.daemon(node.config().policy("tokens", "required").audit("log", file.toString()));

    assertThat(first.get(META_DATA_JSON).status()).isEqualTo(401);
    await().until(() -> Files.readAllLines(file).size() == 1);
    assertThat(file).content().contains(line(first)).doesNotContain(second.record().uuid());

    Path rotated = Files.move(file, file.resolveSibling("audit.log.1"));
    daemon.hangUp();
    daemon.awaitLog("reloaded ");
    assertThat(second.get(META_DATA_JSON).status()).isEqualTo(401);
    await().until(() -> Files.readAllLines(file).size() == 1);
    assertThat(file).content().contains(line(second)).doesNotContain(first.record().uuid());
    assertThat(Files.readAllLines(rotated)).hasSize(1);
  }

  @Test
  void whoIsTurnedAwayForItsMacIsThereToo() throws IOException {
    Guest guest = node.guest().start();
    guest.record().write();
    guest.attach("--mac", guest.mac());
    node.daemon(node.config().audit("log", file.toString()));
    guest.takeMac("fa:16:3e:99:99:99");

    guest.connect().ends();
    await().until(() -> Files.readAllLines(file).size() == 1);
    assertThat(file)
        .content()
        .contains("\"attachment\":\"" + guest.tap() + "\",\"mac\":\"fa:16:3e:99:99:99\"")
        .contains("\"outcome\":\"mac_not_allowed\"}");
  }

  @Test
  void aFileThatCannotBeWrittenChangesNothing() {
    Guest guest = node.vm("guest");
    Daemon daemon = node.daemon();
    daemon.config().audit("log", "/no/such/directory/audit.log").write();
    daemon.hangUp();
    daemon.awaitLog("reload refused, nothing changed: audit.log: ");
    assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
  }

  private static String line(Guest guest) {
    return "\"instance\":\"%s\",\"attachment\":\"%s\",\"mac\":\"%s\",\"source\":\"%s\""
        .formatted(guest.record().uuid(), guest.tap(), guest.mac(), Guest.ADDRESS);
  }
}
