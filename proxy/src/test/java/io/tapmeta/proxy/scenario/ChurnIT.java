package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Callers;
import io.tapmeta.proxy.scenario.kit.Churn;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Ledger;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Seat;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * VMs come, go and change while others, with the very same address, ask without a pause. For {@code
 * -Dtapmeta.churn=PT5M}, ten seconds otherwise.
 */
@Scenario
final class ChurnIT {
  private static final Duration TIME = Duration.parse(System.getProperty("tapmeta.churn", "PT10S"));
  private static final int SEATS = 2;

  /** Far too little for the documents of all records that there will have been: some 30,000. */
  private static final int CACHE_KIBIBYTES = 256;

  /** No document takes less of that room. */
  private static final int DOCUMENT_BYTES = 160;

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Timeout(1800)
  void nobodyIsAnsweredWronglyAndNothingIsLeft() {
    Guest[] steady =
        IntStream.range(0, 4).mapToObj(i -> node.vm("steady-" + i)).toArray(Guest[]::new);
    List<Seat> seats =
        IntStream.range(0, SEATS).mapToObj(i -> new Seat(node, "seat-" + i)).toList();
    Guest stranger = node.guest().start();
    Daemon daemon =
        node.daemon(
            node.config()
                .budget("requests_per_second", 1_000_000)
                .budget("request_burst", 1_000_000)
                .cache("size", CACHE_KIBIBYTES + "KiB"));
    seats.forEach(Seat::plugAnew);
    Ledger before = Ledger.of(node, daemon);
    long held;
    int asked;
    int changes;

    try (Callers callers = Callers.of(1, 50, steady).awaitMore()) {
      Churn churn = new Churn(TIME, Duration.ZERO);
      seats.forEach(seat -> churn.keep(_ -> seat.plugAnew()));
      churn.keep(i -> steady[i % steady.length].record().hostname("name-" + i).write());
      churn.keep(i -> steady[i % steady.length].attach());
      churn.keep(_ -> stranger.record().write().remove());
      changes = churn.join();
      held = Ledger.of(node, daemon).connections();
      asked = callers.answered();
      assertThat(callers.failures()).isEmpty();
    }

    System.out.printf(
        "churn: %d changes and %d requests in %d s%n", changes, asked, TIME.toSeconds());
    assertThat(held).as("connections while all ask").isPositive();
    assertThat(changes).isGreaterThan((int) TIME.toSeconds() * 10);
    await().untilAsserted(() -> Ledger.of(node, daemon).assertNoMoreThan(before));
    assertThat(Ledger.of(node, daemon).documents())
        .isPositive()
        .isLessThanOrEqualTo(CACHE_KIBIBYTES * 1024 / DOCUMENT_BYTES);
  }
}
