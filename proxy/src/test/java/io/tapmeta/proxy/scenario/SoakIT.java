package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Attacker;
import io.tapmeta.proxy.scenario.kit.Attacker.Kind;
import io.tapmeta.proxy.scenario.kit.Callers;
import io.tapmeta.proxy.scenario.kit.Churn;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Footprint;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Ledger;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Seat;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * VMs come, go, change and attack while others ask without a pause, and then the books are closed.
 * For {@code -Dtapmeta.soak=PT30M}, twenty seconds otherwise.
 */
@Scenario
final class SoakIT {
  private static final Duration TIME = Duration.parse(System.getProperty("tapmeta.soak", "PT20S"));

  /** Each kind of attack has its turn many times. */
  private static final long TURN = TimeUnit.SECONDS.toNanos(3);

  /** What changes is not the only thing that a node does. */
  private static final Duration BREATH = Duration.ofMillis(100);

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Timeout(8 * 3600)
  void theBooksBalanceAfterChurnAndAttacks() {
    Guest[] steady =
        IntStream.range(0, 2).mapToObj(i -> node.vm("steady-" + i)).toArray(Guest[]::new);
    Map<Kind, Guest> hostile = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      hostile.put(kind, node.vm("hostile-" + hostile.size()));
    }
    Seat seat = new Seat(node, "seat");
    Guest stranger = node.guest().start();
    Daemon daemon =
        node.daemon(
            node.config()
                // Those who ask without a pause are not what is limited here, however fast the
                // machine.
                .budget("requests_per_second", 1_000_000)
                .budget("request_burst", 1_000_000)
                // Filled with what was rendered of records as they were, which is no leak.
                .cache("size", "2MiB")
                .limit("head_timeout", "2s")
                .limit("body_timeout", "2s")
                .limit("idle_timeout", "2s")
                .limit("write_timeout", "2s")
                .audit("log", node.directory().resolve("audit.log").toString()));
    seat.plugAnew();
    attackInTurn(hostile, System.nanoTime() + Kind.values().length * TimeUnit.SECONDS.toNanos(1));
    awaitSilence(hostile);
    // In this order: who has it collect wakes a thread of the JVM's that stays.
    Footprint first = Footprint.of(daemon);
    Ledger before = Ledger.of(node, daemon);
    int asked;
    int changes;
    List<String> attacks;

    try (Callers callers = Callers.of(1, 50, steady).awaitMore()) {
      Churn churn = new Churn(TIME, BREATH);
      churn.keep(_ -> seat.plugAnew());
      churn.keep(i -> steady[i % steady.length].record().hostname("name-" + i).write());
      churn.keep(i -> steady[i % steady.length].attach());
      churn.keep(_ -> stranger.record().write().remove());
      attacks = attackInTurn(hostile, churn.end());
      changes = churn.join();
      asked = callers.answered();
      assertThat(callers.failures()).isEmpty();
    }

    awaitSilence(hostile);
    System.out.printf(
        "soak: %d s, %d changes, %d requests; %s%n",
        TIME.toSeconds(), changes, asked, String.join("; ", attacks));
    System.out.printf("soak: before: %s%nsoak: after:  %s%n", first, Footprint.of(daemon));
    await()
        .untilAsserted(
            () -> {
              Ledger.of(node, daemon).assertNoMoreThan(before);
              Footprint last = Footprint.of(daemon);
              assertThat(last.descriptors()).isLessThanOrEqualTo(first.descriptors() + 4);
              assertThat(last.threads()).isLessThanOrEqualTo(first.threads());
              assertThat(last.heap()).isLessThan(first.heap() + 8);
              assertThat(last.resident()).isLessThan(first.resident() + 64);
            });
  }

  /** One kind after the other, round and round; what each did. */
  private static List<String> attackInTurn(Map<Kind, Guest> hostile, long end) {
    List<Attacker> attackers =
        hostile.entrySet().stream()
            .map(entry -> Attacker.of(entry.getValue(), entry.getKey()))
            .toList();
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      Attacker attacker = attackers.get(i % attackers.size());
      attacker.attack();
      long turn = Math.min(end, System.nanoTime() + TURN);
      while (System.nanoTime() - turn < 0) {
        LockSupport.parkNanos(turn - System.nanoTime());
      }
      attacker.rest();
    }
    attackers.forEach(Attacker::close);
    return attackers.stream().map(Attacker::toString).toList();
  }

  private static void awaitSilence(Map<Kind, Guest> hostile) {
    await()
        .until(
            () ->
                hostile.values().stream().allMatch(guest -> guest.attachment().connections() == 0));
  }
}
