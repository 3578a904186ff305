package io.tapmeta.proxy.upstream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests of all guests may be with the backend at the same time. Who waits is served in
 * turn, one place a round, so that a guest with many requests takes no more than one with few.
 *
 * <p>Shared by all loops, without locks: whoever adds an applicant or a place then looks whether the
 * two can be brought together.
 */
final class NodePlaces {
  private final AtomicInteger free;
  private final Queue<Applicant> waiting = new ConcurrentLinkedQueue<>();

  /** Somebody who waits for a place. */
  @FunctionalInterface
  interface Applicant {
    /** It has one now, which it has to give back. Told by any thread. */
    void granted();
  }

  NodePlaces(int places) {
    free = new AtomicInteger(places);
  }

  /** A place at once; false where all are taken, or others wait. */
  boolean tryTake() {
    return waiting.isEmpty() && takeOne();
  }

  /** A place as soon as it is this one's turn; for each time it is asked for. */
  void apply(Applicant applicant) {
    waiting.add(applicant);
    grant();
  }

  void giveBack() {
    free.incrementAndGet();
    grant();
  }

  private void grant() {
    while (!waiting.isEmpty() && takeOne()) {
      Applicant next = waiting.poll();
      if (next == null) {
        free.incrementAndGet();
      } else {
        next.granted();
      }
    }
  }

  private boolean takeOne() {
    return free.getAndUpdate(now -> Math.max(now - 1, 0)) > 0;
  }
}
