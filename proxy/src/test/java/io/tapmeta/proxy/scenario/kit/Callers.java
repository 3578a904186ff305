package io.tapmeta.proxy.scenario.kit;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Guests that ask again and again, until stopped. */
public final class Callers implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicLong longest = new AtomicLong();
  private final int requests;
  private volatile boolean stopped;

  private Callers(int requests) {
    this.requests = requests;
  }

  /** Some threads for each guest, each request on a connection of its own. */
  public static Callers of(int each, Guest... guests) {
    return of(each, 1, guests);
  }

  /**
   * As the other.
   *
   * @param requests on each connection
   */
  public static Callers of(int each, int requests, Guest... guests) {
    Callers callers = new Callers(requests);
    for (Guest guest : guests) {
      for (int i = 0; i < each; i++) {
        callers.threads.add(
            Thread.ofPlatform().name("caller-" + guest.tap()).start(() -> callers.run(guest)));
      }
    }
    return callers;
  }

  public Callers awaitMore() {
    int before = answered.get();
    await().until(() -> answered.get() >= before + 10 * threads.size());
    return this;
  }

  /** What went wrong: connections that failed, answers that were somebody else's. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  public int answered() {
    return answered.get();
  }

  /** The longest that any request took. */
  public Duration longest() {
    return Duration.ofNanos(longest.get());
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private void run(Guest guest) {
    while (!stopped) {
      long start = System.nanoTime();
      try (Connection connection = guest.connect()) {
        for (int i = 0; i < requests; i++) {
          String identity = connection.get(Guest.META_DATA_JSON).identity();
          if (!identity.equals(guest.record().uuid())) {
            failures.add(guest.tap() + ": answered as " + identity);
          }
          answered.incrementAndGet();
        }
      } catch (UncheckedIOException e) {
        failures.add(guest.tap() + ": " + e.getCause());
      }
      longest.accumulateAndGet(System.nanoTime() - start, Math::max);
    }
  }
}
