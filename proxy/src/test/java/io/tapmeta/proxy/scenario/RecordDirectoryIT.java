package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The directory of records itself is missing, goes away, or is none. */
@Scenario
final class RecordDirectoryIT {
  private static final String SOURCE_UP = "tapmeta_source_up{source=\"directory\"}";

  private final ComputeNode node = ComputeNode.start();
  private final Guest guest = node.vm("vm");
  private final Path elsewhere = node.directory().resolve("elsewhere");

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void requestsWaitForADirectoryThatIsMissingAtTheStart() throws IOException {
    Daemon daemon =
        node.launch(node.config().records(elsewhere)).awaitStart().awaitListening(guest);
    assertThat(daemon.admin("/readyz").status()).isEqualTo(503);
    assertThat(daemon.admin("/readyz").text()).contains("\"directory\": \"not read yet\"");
    assertThat(daemon.metric(SOURCE_UP)).isZero();
    Connection connection = guest.connect();
    connection.send("GET " + META_DATA_JSON + " HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(connection.isSilentFor(Duration.ofMillis(300))).isTrue();

    Files.move(node.records(), elsewhere);

    assertThat(connection.read().identity()).isEqualTo(guest.record().uuid());
    daemon.awaitReady();
    assertThat(daemon.metric(SOURCE_UP)).isEqualTo(1);
  }

  @Test
  void somethingThatIsNoDirectoryIsNamedAndGuestsWait() throws IOException {
    Files.writeString(elsewhere, "not a directory");
    Daemon daemon = node.launch(node.config().hold("1s").records(elsewhere)).awaitStart();

    daemon.awaitLog(elsewhere + ": unreadable").awaitListening(guest);
    assertThat(daemon.log()).contains("(expected: a directory)");
    assertThat(daemon.admin("/healthz").status()).isEqualTo(200);
    assertThat(guest.identity()).isEqualTo("503");
  }

  @Test
  void recordsStayInForceWhileTheirDirectoryIsAway() throws IOException {
    Daemon daemon = node.daemon();

    Files.move(node.records(), elsewhere);

    await().until(() -> daemon.metric(SOURCE_UP) == 0);
    daemon.awaitLog(node.records() + ": unreadable");
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());

    Files.move(elsewhere, node.records());
    guest.record().newUuid().write();
    await().until(() -> guest.identity().equals(guest.record().uuid()));
    assertThat(daemon.metric(SOURCE_UP)).isEqualTo(1);
  }
}
