package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Callers;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Ledger;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Seat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
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

  private final ComputeNode node = ComputeNode.start();
  private final AtomicInteger changes = new AtomicInteger();

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
    Daemon daemon = node.daemon();
    seats.forEach(Seat::plugAnew);
    Ledger before = Ledger.of(node, daemon);
    long end = System.nanoTime() + TIME.toNanos();
    int asked;

    try (Callers callers = Callers.of(1, 50, steady).awaitMore()) {
      List<CompletableFuture<Void>> churners = new ArrayList<>();
      seats.forEach(seat -> churners.add(until(end, _ -> seat.plugAnew())));
      churners.add(
          until(end, i -> steady[i % steady.length].record().hostname("name-" + i).write()));
      churners.add(until(end, i -> steady[i % steady.length].attach()));
      churners.add(until(end, _ -> stranger.record().write().remove()));
      churners.forEach(CompletableFuture::join);
      asked = callers.answered();
      assertThat(callers.failures()).isEmpty();
    }

    System.out.printf(
        "churn: %d changes and %d requests in %d s; %s%n",
        changes.get(), asked, TIME.toSeconds(), before);
    assertThat(changes.get()).isGreaterThan((int) TIME.toSeconds() * 10);
    await()
        .untilAsserted(
            () -> {
              Ledger after = Ledger.of(node, daemon);
              assertThat(after.wiring().links()).hasSameSizeAs(before.wiring().links());
              assertThat(after.wiring().namespaces()).hasSameSizeAs(before.wiring().namespaces());
              assertThat(after.wiring().files()).isEqualTo(before.wiring().files());
              assertThat(after.wiring().tables()).isEqualTo(before.wiring().tables());
              assertThat(after.wiring().rules()).isEqualTo(before.wiring().rules());
              assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 4);
              assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
            });
  }

  private CompletableFuture<Void> until(long end, IntConsumer change) {
    return CompletableFuture.runAsync(
        () -> {
          for (int i = 0; System.nanoTime() - end < 0; i++) {
            change.accept(i);
            changes.incrementAndGet();
          }
        },
        command -> Thread.ofPlatform().name("churn").start(command));
  }
}
