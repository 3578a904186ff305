package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Placement;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two attachment files claim one tap. */
@Scenario
final class ContestedTapIT {
  private final ComputeNode node = ComputeNode.start();
  private final Daemon daemon = node.daemon();
  private final Guest guest = node.vm("guest");
  private final Path second = node.attachments().resolve("second.json");
  private final String refusal =
      "tap %s: already attached as %s (expected: one attachment a tap)"
          .formatted(guest.tap(), guest.tap());

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void theFirstStaysInForceAndWhatIsWrongWithTheSecondIsSaidEverywhere() throws IOException {
    claim();

    daemon.awaitLog("second: not listening: " + refusal);
    assertThat(daemon.admin("/readyz").status()).isEqualTo(503);
    assertThat(daemon.admin("/readyz").text()).contains("\"second\": \"" + refusal + "\"");
    assertThat(daemon.admin("/readyz").text()).contains("\"listening\": 1,");
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    assertThat(doctor("second").out()).contains("second: broken at daemon: failed: " + refusal);
    assertThat(doctor(guest.tap()).out()).contains(guest.tap() + ": ok");

    Files.delete(second);

    daemon.awaitReady();
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
  }

  @Test
  void theSecondServesOnceTheFirstIsGone() throws IOException {
    claim();
    daemon.awaitLog("second: not listening: " + refusal);

    Files.delete(node.attachments().resolve(guest.tap() + ".json"));

    daemon.awaitReady();
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    Files.delete(second);
  }

  private void claim() {
    Placement.place(
        second,
        """
        {"name": "second", "tap": "%s", "mode": "netns", "netns": "%s",
         "interface": "md0", "network_id": null, "macs": []}
        """
            .formatted(guest.tap(), guest.attachment().name()));
  }

  private Command.Result doctor(String name) {
    String config = daemon.config().file().toString();
    return node.namespace()
        .command(Run.tapmeta().toString(), "doctor", "--config", config, name)
        .run();
  }
}
