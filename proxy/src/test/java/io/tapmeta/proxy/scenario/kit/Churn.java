package io.tapmeta.proxy.scenario.kit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Changes to a node, of several kinds at once, again and again for a time. */
public final class Churn {
  private final List<CompletableFuture<Void>> kinds = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final long end;
  private final Duration breath;

  /**
   * Nothing yet.
   *
   * @param breath between two changes of a kind
   */
  public Churn(Duration time, Duration breath) {
    this.end = System.nanoTime() + time.toNanos();
    this.breath = breath;
  }

  /** From now on, on a thread of its own. */
  public Churn keep(IntConsumer change) {
    kinds.add(
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; System.nanoTime() - end < 0; i++) {
                change.accept(i);
                changes.incrementAndGet();
                LockSupport.parkNanos(breath.toNanos());
              }
            },
            command -> Thread.ofPlatform().name("churn").start(command)));
    return this;
  }

  /** By {@link System#nanoTime}. */
  public long end() {
    return end;
  }

  /** Waits for the end of all; how many changes there were. */
  public int join() {
    kinds.forEach(CompletableFuture::join);
    return changes.get();
  }
}
