package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Attacker;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Samples;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One VM takes all it can get, of a real node; another one's first request is answered. */
@Scenario
final class BudgetIT {
  private static final String REQUEST =
      "GET " + META_DATA_JSON + " HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n";

  /** Descriptors: a daemon with two guests has some eighty of its own. */
  private static final int FEW = 300;

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  /** R3. */
  @Test
  void connectionsBeyondTheBudgetAreReset() {
    Guest greedy = node.vm("greedy");
    Guest other = node.vm("other");
    Daemon daemon = node.daemon(node.config().budget("connections", 20));

    assertThat(open(greedy, 50)).hasSize(20);

    assertThat(other.get(META_DATA_JSON).status()).isEqualTo(200);
    assertThat(daemon.metric("tapmeta_budget_refused_total{budget=\"connections\"}")).isEqualTo(30);
  }

  @Test
  void requestsBeyondTheBudgetAreToldToComeBack() {
    Guest greedy = node.vm("greedy");
    Guest other = node.vm("other");
    node.daemon(node.config().budget("requests_per_second", 1).budget("request_burst", 40));

    Connection flood = greedy.connect().send(REQUEST.repeat(60));
    for (int i = 0; i < 40; i++) {
      assertThat(flood.read().status()).isEqualTo(200);
    }
    Response refused = flood.read();
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).contains("1");
    assertThat(flood.isSilentFor(Duration.ofMillis(500))).isTrue();
    assertThat(flood.read().status()).as("a second later").isIn(200, 429);
    assertThat(other.get(META_DATA_JSON).status()).isEqualTo(200);
  }

  /** R4: what the process may have open is shared out before it is used up. */
  @Test
  void aNodeWithFewDescriptorsKeepsSomeForGuestsThatHaveNone() {
    Guest greedy = node.vm("greedy");
    Guest other = node.vm("other");
    Daemon daemon = node.daemon();
    daemon.limitDescriptors((int) (2 * daemon.descriptors() + 100));
    daemon.hangUp();
    daemon.awaitLog("reloaded ");

    List<Connection> taken = open(greedy, 240);

    assertThat(taken).hasSizeLessThan(240);
    assertThat(other.get(META_DATA_JSON).status()).isEqualTo(200);
    assertThat(daemon.metric("tapmeta_budget_refused_total{budget=\"node\"}")).isPositive();
  }

  /** R4: it takes what it gets, and goes on asking; others, and one that is new, notice nothing. */
  @Test
  void aNodeStartedWithFewDescriptorsServesWhoeverComes() {
    Guest greedy = node.vm("greedy");
    Guest other = node.vm("other");
    Daemon daemon =
        node.confined(
                node.config()
                    .budget("connections", 100_000)
                    .budget("connections_per_second", 100_000)
                    .budget("connection_burst", 100_000)
                    .limit("idle_timeout", "60s")
                    .limit("head_timeout", "60s"),
                "prlimit",
                "--nofile=%1$d:%1$d".formatted(FEW))
            .awaitReady();
    daemon.awaitListening(greedy).awaitListening(other);
    long before = daemon.descriptors();

    try (Attacker attacker = Attacker.of(greedy, Attacker.Kind.IDLE, 2 * FEW, 1000)) {
      attacker.attack();
      await().until(() -> daemon.metric("tapmeta_budget_refused_total{budget=\"node\"}") > FEW);
      assertThat(daemon.descriptors()).isBetween(before + FEW / 8, (long) FEW - 1);
      Samples first = new Samples();
      for (int i = 0; i < 50; i++) {
        first.time(() -> assertThat(other.get(META_DATA_JSON).status()).isEqualTo(200));
      }
      assertThat(first.quantile(1)).as(first.toString()).isLessThan(900);
      assertThat(node.vm("late").get(META_DATA_JSON).status()).isEqualTo(200);
    }

    // And of the one that came late.
    await().until(() -> daemon.descriptors() <= before + 8);
    assertThat(greedy.get(META_DATA_JSON).status()).isEqualTo(200);
  }

  /** R4: no descriptor is left, for whatever reason; nothing spins, and it is over when it is over. */
  @Test
  void aProcessWithoutDescriptorsRecoversByItself() {
    Guest vm = node.vm("vm");
    Daemon daemon = node.daemon();
    assertThat(vm.get(META_DATA_JSON).status()).isEqualTo(200);
    // No number below is free, whatever was closed meanwhile.
    daemon.limitDescriptors(3);

    Connection waiting = vm.connect().send(REQUEST);
    assertThat(waiting.isSilentFor(Duration.ofSeconds(2))).isTrue();

    daemon.limitDescriptors(4096);
    assertThat(waiting.read().status()).isEqualTo(200);
    await().until(() -> vm.get(META_DATA_JSON).status() == 200);
  }

  /** Those that were not reset, each with an answer. */
  private static List<Connection> open(Guest guest, int times) {
    List<Connection> open = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      // The reset may come as early as that.
      try {
        Connection connection = guest.connect();
        assertThat(connection.get(META_DATA_JSON).status()).isEqualTo(200);
        open.add(connection);
      } catch (UncheckedIOException e) {
        assertThat(e).hasMessageContaining("Connection reset");
      }
    }
    return open;
  }
}
