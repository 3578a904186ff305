package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.DaemonConfig;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SIGTERM drains and ends; SIGHUP reads the configuration again, all of it or nothing. */
@Scenario
final class SignalsIT {
  private static final String REQUEST =
      "GET " + META_DATA_JSON + " HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n";
  private static final Duration A_WHILE = Duration.ofMillis(300);

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void sigtermClosesIdleConnectionsAndEndsWithZero() {
    Guest guest = node.vm("vm");
    Daemon daemon = node.daemon();
    Connection idle = guest.connect();
    assertThat(idle.get(META_DATA_JSON).status()).isEqualTo(200);

    daemon.terminate();

    assertThat(idle.endsWithin(Duration.ofSeconds(2))).isTrue();
    assertThat(daemon.exitStatus()).isZero();
  }

  @Test
  void sigtermLetsARequestUnderWayEndAndClosesAfterIt() {
    Guest guest = node.guest().start().attach();
    Daemon daemon = node.daemon();
    Connection connection = guest.connect().send(REQUEST);
    assertThat(connection.isSilentFor(A_WHILE)).isTrue();
    Connection idle = guest.connect();

    daemon.terminate();
    assertThat(idle.ends()).isTrue();
    guest.record().write();

    Response answer = connection.read();
    assertThat(answer.identity()).isEqualTo(guest.record().uuid());
    assertThat(answer.header("Connection")).contains("close");
    assertThat(connection.endsWithin(Duration.ofSeconds(1))).isTrue();
    assertThat(daemon.exitStatus()).isZero();
  }

  @Test
  void sigtermWaitsForNobodyWithoutEnd() {
    Guest guest = node.guest().start().attach();
    Daemon daemon = node.daemon(node.config().hold("1h"));
    Connection connection = guest.connect().send(REQUEST);
    assertThat(connection.isSilentFor(A_WHILE)).isTrue();

    daemon.terminate();

    assertThat(daemon.exitStatus()).isZero();
  }

  @Test
  void guestThatAsksDuringARestartIsAnsweredAfterIt() {
    Guest guest = node.vm("vm");
    try (Daemon first = node.daemon()) {
      assertThat(first.admin("/healthz").status()).isEqualTo(200);
      assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    }

    // Nobody listens: not refused, so that the guest's TCP asks again.
    CompletableFuture<String> identity = CompletableFuture.supplyAsync(guest::identity);
    node.daemon();

    assertThat(identity).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(guest.record().uuid());
  }

  @Test
  void sighupPutsAnotherConfigurationInForceAndCostsNoConnection() {
    Guest served = node.vm("served");
    Guest waiting = node.guest().start().attach();
    DaemonConfig config = node.config().hold("1h");
    Daemon daemon = node.daemon(config);
    Traffic traffic = Traffic.of(served).awaitMore();

    config.hold("100ms").write();
    daemon.hangUp();
    daemon.awaitLog("reloaded " + config.file());

    await().until(() -> waiting.identity().equals("404"));
    traffic.awaitMore();
    assertThat(traffic.stop()).extracting(Response::identity).containsOnly(served.record().uuid());
  }

  @Test
  void sighupRefusesAWrongConfigurationAsAWholeAndNamesTheFault() {
    Guest guest = node.guest().start().attach();
    DaemonConfig config = node.config().hold("1h");
    Daemon daemon = node.daemon(config);

    config.hold("100ms").guest("hodl", "8s").write();
    daemon.hangUp();

    daemon.awaitLog(
        "reload refused, nothing changed: %s:4: guest.hodl: unknown key (expected: did you mean hold?)"
            .formatted(config.file()));
    assertWaits(guest);
  }

  @Test
  void sighupRefusesAKeyThatTakesARestartAsAWhole() {
    Guest guest = node.guest().start().attach();
    DaemonConfig config = node.config().hold("1h");
    Daemon daemon = node.daemon(config);

    config.hold("100ms").guest("port", "9698").write();
    daemon.hangUp();

    daemon.awaitLog(
        "reload refused, nothing changed: guest.port: 9697 → 9698 (expected: as at the start;"
            + " a change takes a restart)");
    assertWaits(guest);
  }

  /** The long hold is in force, not the short one. */
  private static void assertWaits(Guest guest) {
    try (Connection connection = guest.connect().send(REQUEST)) {
      assertThat(connection.isSilentFor(A_WHILE)).isTrue();
    }
  }
}
