package io.tapmeta.proxy.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;

/**
 * One guest's requests that are with the backend or wait for a place there: so many of its own, and
 * of the node's one at a time. Belongs to the guest's loop.
 */
final class GuestLine {
  private final Deque<Turn> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean applied;

  /** A request that can be sent. */
  interface Turn {
    /** It has a place, until {@link GuestLine#leave}. */
    void go();
  }

  /** Has {@code turn} go at once or when there is a place; false where too many wait by now. */
  boolean enter(Turn turn, UpstreamClient client) {
    if (waiting.isEmpty() && !applied && hasRoom(client) && client.places().tryTake()) {
      underWay++;
      turn.go();
      return true;
    }
    if (waiting.size() >= client.settings().perGuestWaiting()) {
      return false;
    }
    waiting.addLast(turn);
    apply(client);
    return true;
  }

  /** The request has ended, in whatever way: it makes place for another, or waits no longer. */
  void leave(Turn turn, UpstreamClient client) {
    if (!waiting.remove(turn)) {
      underWay--;
      apply(client);
      client.places().giveBack();
    }
  }

  boolean isEmpty() {
    return underWay == 0 && waiting.isEmpty() && !applied;
  }

  private boolean hasRoom(UpstreamClient client) {
    return underWay < client.settings().perGuest();
  }

  private void apply(UpstreamClient client) {
    if (!applied && !waiting.isEmpty() && hasRoom(client)) {
      applied = true;
      client.places().apply(() -> grantedSomewhere(client));
    }
  }

  /** On whatever loop had a place to give. */
  private void grantedSomewhere(UpstreamClient client) {
    try {
      client.loop().execute(() -> granted(client));
    } catch (RejectedExecutionException _) {
      // The guest's loop is shut down; others may still be.
      client.places().giveBack();
    }
  }

  private void granted(UpstreamClient client) {
    applied = false;
    Turn next = waiting.pollFirst();
    if (next == null) {
      client.places().giveBack();
      return;
    }
    underWay++;
    apply(client);
    next.go();
  }
}
