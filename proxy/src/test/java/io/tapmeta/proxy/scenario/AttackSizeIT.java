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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Attacks that no budget stops, since the node's are raised until they are in nobody's way: all of
 * it reaches the server, which bears it. A twentieth of the numbers below, or {@code
 * -Dtapmeta.attack.size=1} of them. No VM gets more connections than three eighths of the descriptors
 * that a process may have here, and so many are held where that is less.
 */
@Scenario
final class AttackSizeIT {
  private static final double SIZE =
      Double.parseDouble(System.getProperty("tapmeta.attack.size", "0.05"));

  private static final int RESETS = (int) (100_000 * SIZE);
  private static final int IDLE = (int) (20_000 * SIZE);
  private static final int SLOW = (int) (5_000 * SIZE);
  private static final int PER_SECOND = 4000;

  /** So few that no queue of the kernel's overflows, which a guest that says nothing never learns. */
  private static final int HELD_PER_SECOND = 1000;

  /** As much as the node leaves to one VM, and a little less. */
  private static final int SHARE = (int) (mostDescriptors() / 2 / 4 * 3) - 16;

  /** Beyond those waited for: descriptors that others had at first may be gone by then. */
  private static final int SPARE = 8;

  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Below it, the machine's other business decides. */
  private static final double FLOOR_MILLIS = 4;

  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest hostile;
  private static Guest neighbour;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    hostile = node.vm("hostile");
    neighbour = node.vm("neighbour");
    hostile
        .namespace()
        .command("sysctl", "-qw", "net.ipv4.ip_local_port_range=1024 65000")
        .run()
        .orFail();
    daemon =
        node.daemon(
            node.config()
                .guest("event_loops", "1")
                .budget("connections", 1_000_000)
                .budget("connections_per_second", 1_000_000)
                .budget("connection_burst", 1_000_000)
                .budget("requests_per_second", 1_000_000)
                .budget("request_burst", 1_000_000)
                .limit("head_timeout", "60s")
                .limit("body_timeout", "60s")
                .limit("idle_timeout", "60s")
                .limit("write_timeout", "60s"));
    daemon.awaitListening(hostile).awaitListening(neighbour);
    measure(QUIET, new Samples());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  /** N1: CVE-2026-42577. */
  @Test
  @Timeout(600)
  void n1_everyFinAndResetReachesTheServerAndNothingIsLeft() {
    Footprint before = Footprint.of(daemon);
    Samples quiet = measure(QUIET, new Samples());
    Samples attacked = new Samples();
    double refused = refused();

    try (Attacker attacker = Attacker.of(hostile, Kind.FIN_AND_RESET, 1, PER_SECOND)) {
      attacker.attack();
      while (attacker.blows() < RESETS) {
        measure(Duration.ofMillis(200), attacked);
      }
      report(attacker, quiet, attacked, before);
    }

    assertThat(refused()).isEqualTo(refused);
    assertNothingIsLeft(before);
    Duration busy = daemon.processorTime();
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    assertThat(daemon.processorTime().minus(busy)).isLessThan(Duration.ofMillis(300));
    assertUnharmed(quiet, attacked);
  }

  /** R1, R2, R3: held all at once, and answered or ended when their time is over. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      mode = Mode.INCLUDE,
      names = {"IDLE", "SLOW_HEADS", "SLOW_BODIES"})
  @Timeout(600)
  void connectionsThatAreHeldCostTheNeighbourNothing(Kind kind) {
    int most = Math.min(kind == Kind.IDLE ? IDLE : SLOW, SHARE);
    Footprint before = Footprint.of(daemon);
    Samples quiet = measure(QUIET, new Samples());
    Samples attacked = new Samples();
    double refused = refused();

    try (Attacker attacker = Attacker.of(hostile, kind, most + SPARE, HELD_PER_SECOND)) {
      attacker.attack();
      await().atMost(PATIENCE).until(() -> daemon.descriptors() >= before.descriptors() + most);
      measure(QUIET.multipliedBy(2), attacked);
      report(attacker, quiet, attacked, before);
    }

    assertThat(refused()).isEqualTo(refused);
    assertNothingIsLeft(before);
    assertUnharmed(quiet, attacked);
  }

  private static void report(Attacker attacker, Samples quiet, Samples attacked, Footprint before) {
    System.out.printf(
        "attack: %s; quiet %s ms; attacked %s ms; before: %s; meanwhile: %s%n",
        attacker, quiet, attacked, before, Footprint.of(daemon));
  }

  private static void assertUnharmed(Samples quiet, Samples attacked) {
    assertThat(attacked.quantile(0.99))
        .isLessThan(2 * Math.max(FLOOR_MILLIS, quiet.quantile(0.99)));
  }

  /** What was resident stays so in part: memory that was used is kept for the next time. */
  private static void assertNothingIsLeft(Footprint before) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Footprint after = Footprint.of(daemon);
              assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 4);
              assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
              assertThat(after.heap()).isLessThan(before.heap() + 8);
            });
  }

  /** Of this process and of the daemon, which raise what they may have to what they can. */
  private static long mostDescriptors() {
    try {
      return Files.readAllLines(Path.of("/proc/self/limits")).stream()
          .filter(line -> line.startsWith("Max open files"))
          .mapToLong(line -> Long.parseLong(line.split(" +", -1)[4]))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double refused() {
    return daemon.metrics().sum("tapmeta_budget_refused_total", "");
  }

  private static Samples measure(Duration time, Samples samples) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      try (Connection connection = neighbour.connect()) {
        for (int i = 0; i < 20; i++) {
          samples.time(() -> connection.get(META_DATA_JSON));
        }
      }
    }
    return samples;
  }
}
