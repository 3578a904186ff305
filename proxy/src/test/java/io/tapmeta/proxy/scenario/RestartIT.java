package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Callers;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The daemon is restarted, replaced and killed while guests ask. {@code -Dtapmeta.restarts=20} for so
 * many, three otherwise.
 */
@Scenario
final class RestartIT {
  private static final int TIMES = Integer.getInteger("tapmeta.restarts", 3);

  /** Of seconds, for as many as are asked for: each has limits of its own. */
  private static final int LIMIT = 900;

  private final ComputeNode node = ComputeNode.start();
  private final Guest first = node.vm("first");
  private final Guest second = node.vm("second");

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Timeout(LIMIT)
  void restartsLoseNoRequest() {
    Daemon daemon = node.daemon();
    try (Callers callers = Callers.of(2, first, second).awaitMore()) {
      for (int i = 0; i < TIMES; i++) {
        daemon.terminate();
        assertThat(daemon.exitStatus()).isZero();
        daemon = node.daemon();
        callers.awaitMore();
      }
      assertThat(callers.failures()).isEmpty();
      say("restarts", callers);
      // A guest's first SYN is lost; its next ones come after 1, 3 and 7 s.
      assertThat(callers.longest()).isLessThan(Duration.ofSeconds(9));
    }
  }

  @Test
  @Timeout(LIMIT)
  void replacementsLoseNoRequestAndLeaveNoGap() {
    Daemon daemon = node.daemon();
    try (Callers callers = Callers.of(2, first, second).awaitMore()) {
      for (int i = 0; i < TIMES; i++) {
        Daemon successor = node.successor(daemon.config());
        assertThat(daemon.exitStatus()).isZero();
        daemon = successor;
        callers.awaitMore();
      }
      assertThat(callers.failures()).isEmpty();
      say("replacements", callers);
      // Less than a SYN that is sent again would take.
      assertThat(callers.longest()).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void connectionThatIsKeptIsAnsweredOnceMoreAndToldOfTheEnd() {
    Daemon daemon = node.daemon();
    Connection connection = first.connect();
    assertThat(connection.get(META_DATA_JSON).header("Connection")).isEmpty();

    daemon.terminate();
    Response last = connection.get(META_DATA_JSON);
    while (last.header("Connection").isEmpty()) {
      last = connection.get(META_DATA_JSON);
    }

    assertThat(last.identity()).isEqualTo(first.record().uuid());
    assertThat(last.header("Connection")).contains("close");
    assertThat(daemon.exitStatus()).isZero();
  }

  @Test
  void whereNobodyRunsThereIsNobodyToReplace() {
    Daemon daemon = node.successor(node.config());
    daemon.awaitLog("nobody there to be replaced");
    assertThat(first.identity()).isEqualTo(first.record().uuid());
  }

  /** Its directory is mistyped, say: guests stay with the one that knows them. */
  @Test
  void successorWithoutRecordsListensToNobodyAndEndsWhenToldTo() {
    Daemon daemon = node.daemon();
    Daemon successor =
        node.launch(daemon.config().records(node.directory().resolve("nowhere")), "--replace");
    successor.awaitLog("nowhere: unreadable");
    try (Callers callers = Callers.of(2, first, second).awaitMore()) {
      successor.terminate();
      successor.endsWith(69);
      assertThat(callers.awaitMore().failures()).isEmpty();
    }
    assertThat(successor.log()).contains("told to end before it was read");
    daemon.terminate();
    assertThat(daemon.exitStatus()).isZero();
  }

  @Test
  void daemonThatWasKilledComesBackOnAllNamespaces() {
    Daemon daemon = node.daemon();
    assertThat(first.identity()).isEqualTo(first.record().uuid());
    daemon.kill();

    node.daemon(daemon.config());

    assertThat(first.identity()).isEqualTo(first.record().uuid());
    assertThat(second.identity()).isEqualTo(second.record().uuid());
  }

  private static void say(String what, Callers callers) {
    System.out.printf(
        "%d %s: %d requests, none failed, the longest %d ms%n",
        TIMES, what, callers.answered(), callers.longest().toMillis());
  }
}
