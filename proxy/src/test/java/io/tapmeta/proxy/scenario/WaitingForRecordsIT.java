package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that come before their records: a refusal now could cost the guest its configuration. */
@Scenario
final class WaitingForRecordsIT {
  private static final String REQUEST =
      "GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n".formatted(META_DATA_JSON);
  private static final String OTHER_REQUEST = REQUEST.replace(META_DATA_JSON, "/nothing");
  private static final Duration HOLD = Duration.ofSeconds(3);
  private static final Duration A_WHILE = Duration.ofMillis(300);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private static ComputeNode node;
  private static Daemon daemon;

  private final Guest guest = node.guest().start();

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    daemon = node.daemon(node.config().hold(HOLD.toSeconds() + "s").limit("held", "1"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @BeforeEach
  void attach() {
    guest.attach();
    daemon.awaitListening(guest);
  }

  @Test
  void requestIsAnsweredAtTheMomentItsRecordComes() {
    Connection connection = guest.connect().send(REQUEST);
    assertThat(connection.isSilentFor(A_WHILE)).isTrue();

    guest.record().write();

    assertTakes(Duration.ZERO, () -> assertServed(connection.read()));
    assertServed(connection.get(META_DATA_JSON));
  }

  @Test
  void requestWithoutARecordEndsIn503AfterTheHoldAndTheNextOneIn404AtOnce() {
    Connection connection = guest.connect();
    assertTakes(
        HOLD,
        () -> {
          Response answer = connection.get(META_DATA_JSON);
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.header("Retry-After")).contains("1");
        });
    assertTakes(
        Duration.ZERO, () -> assertThat(connection.get(META_DATA_JSON).status()).isEqualTo(404));
  }

  @Test
  void requestOfAMacThatNoRecordNamesYetWaitsToo() {
    guest.record().mac("fa:16:3e:ff:ff:fe").write();
    Connection connection = guest.connect().send(REQUEST);
    assertThat(connection.isSilentFor(A_WHILE)).isTrue();

    guest.record().mac(guest.mac()).write();

    assertServed(connection.read());
  }

  @Test
  void requestsBehindOneThatWaitsAreAnsweredAfterItInOrder() {
    Connection connection = guest.connect().send(REQUEST + OTHER_REQUEST + REQUEST);
    assertThat(connection.isSilentFor(A_WHILE)).isTrue();

    guest.record().write();

    assertServed(connection.read());
    assertThat(connection.read().status()).isEqualTo(404);
    assertServed(connection.read());
  }

  @Test
  void moreRequestsThanMayWaitAre503AtOnce() {
    Connection waiting = guest.connect().send(REQUEST);
    assertThat(waiting.isSilentFor(A_WHILE)).isTrue();

    Connection refused = guest.connect();
    assertTakes(
        Duration.ZERO, () -> assertThat(refused.get(META_DATA_JSON).status()).isEqualTo(503));

    guest.record().write();
    assertServed(waiting.read());
    assertServed(refused.get(META_DATA_JSON));
  }

  @Test
  void guestThatGivesUpWaitingMakesRoomForAnother() {
    Connection impatient = guest.connect().send(REQUEST);
    assertThat(impatient.isSilentFor(A_WHILE)).isTrue();
    Connection next = guest.connect();

    impatient.close();

    await()
        .until(
            () -> {
              boolean waits = next.send(REQUEST).isSilentFor(A_WHILE);
              if (!waits) {
                assertThat(next.read().status()).isEqualTo(503);
              }
              return waits;
            });
    guest.record().write();
    assertServed(next.read());
  }

  private void assertServed(Response answer) {
    assertThat(answer.identity()).isEqualTo(guest.record().uuid());
  }

  private static void assertTakes(Duration atLeast, Runnable step) {
    long start = System.nanoTime();
    step.run();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(atLeast, atLeast.plus(AT_ONCE));
  }
}
