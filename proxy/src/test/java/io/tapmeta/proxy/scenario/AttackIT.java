package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Attacker;
import io.tapmeta.proxy.scenario.kit.Attacker.Kind;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Footprint;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Samples;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * One guest attacks in every way it can, and its neighbour waits no longer for it. Quiet and attack
 * take turns, so that both have the same of whatever else the machine does.
 */
@Scenario
final class AttackIT {
  private static final int TURNS = 3;
  private static final Duration TURN =
      Duration.parse(System.getProperty("tapmeta.attack.turn", "PT0.7S"));

  /** Below it, the machine's other business decides. */
  private static final double FLOOR_MILLIS = 2;

  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest hostile;
  private static Guest neighbour;
  private static Path audit;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    audit = node.directory().resolve("audit.log");
    hostile = node.vm("hostile");
    neighbour = node.vm("neighbour");
    daemon =
        node.daemon(
            node.config()
                .limit("head_timeout", "1s")
                .limit("body_timeout", "1s")
                .limit("idle_timeout", "1s")
                .limit("write_timeout", "1s")
                .audit("log", audit.toString()));
    // Everything that is loaded once is loaded.
    measure(neighbour, new Samples());
    measure(hostile, new Samples());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  /** R1, R2, R3, R5, N1. */
  @ParameterizedTest
  @EnumSource(value = Kind.class)
  void theNeighbourWaitsNoLongerAndNothingIsLeft(Kind kind) {
    awaitNoConnections();
    Footprint before = Footprint.of(daemon);
    Samples quiet = new Samples();
    Samples attacked = new Samples();
    String did;

    try (Attacker attacker = Attacker.of(hostile, kind)) {
      for (int turn = 0; turn < TURNS; turn++) {
        attacker.rest();
        measure(neighbour, quiet);
        attacker.attack();
        measure(neighbour, attacked);
      }
      did = attacker.toString();
      assertThat(attacker.blows()).isPositive();
    }

    awaitNoConnections();
    System.out.printf("attack: %s; quiet %s ms; attacked %s ms%n", did, quiet, attacked);
    assertThat(attacked.quantile(0.99))
        .isLessThan(2 * Math.max(FLOOR_MILLIS, quiet.quantile(0.99)));
    await()
        .untilAsserted(
            () -> {
              Footprint after = Footprint.of(daemon);
              assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 4);
              assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
              assertThat(after.heap()).isLessThan(before.heap() + 8);
              assertThat(after.resident()).isLessThan(before.resident() + 64);
            });
  }

  /** What is refused is written down under the attacker's name, and not without end. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      mode = Mode.INCLUDE,
      names = {"GARBAGE", "SLOW_HEADS"})
  void theLogNamesTheAttackerAndNobodyElse(Kind kind) throws IOException {
    try (Attacker attacker = Attacker.of(hostile, kind)) {
      attacker.attack();
      await().until(() -> attacker.blows() >= 1000);
    }
    await().until(() -> Files.readString(audit).contains(hostile.record().uuid()));
    assertThat(audit).content().doesNotContain(neighbour.record().uuid());
    assertThat(Files.size(audit)).isLessThan(400 * 1024);
  }

  /** N1. */
  @Test
  void noLoopSpinsAfterwards() {
    try (Attacker attacker = Attacker.of(hostile, Kind.FIN_AND_RESET)) {
      attacker.attack();
      await().until(() -> attacker.blows() >= 2000);
    }
    awaitNoConnections();
    Duration before = daemon.processorTime();
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    assertThat(daemon.processorTime().minus(before)).isLessThan(Duration.ofMillis(300));
  }

  /** First requests as well as those on a connection that is open. */
  private static void measure(Guest guest, Samples samples) {
    long end = System.nanoTime() + TURN.toNanos();
    while (System.nanoTime() - end < 0) {
      try (Connection connection = guest.connect()) {
        for (int i = 0; i < 20; i++) {
          samples.time(() -> connection.get(META_DATA_JSON));
        }
      }
    }
  }

  /** Timeouts of a second have passed, and what is half open the kernel of the namespace keeps. */
  private static void awaitNoConnections() {
    await().until(() -> hostile.attachment().connections() == 0);
  }
}
