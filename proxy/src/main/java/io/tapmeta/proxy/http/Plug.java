package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Accounts;
import io.tapmeta.proxy.upstream.PluggedGuests;
import io.tapmeta.resolver.ingress.Attachment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An attachment as its loop sees it, one a generation: re-plugged, it is another object, and the
 * connections of the old one are closed. Belongs to one loop.
 */
public final class Plug {
  private static final AtomicLong GENERATIONS = new AtomicLong();

  private final Attachment attachment;
  private final long pluggedNanos;
  private final long generation = GENERATIONS.incrementAndGet();
  private final Accounts accounts = new Accounts();
  private final PluggedGuests guests = new PluggedGuests();
  private int held;

  /**
   * @param pluggedNanos when it was attached, by {@link System#nanoTime}
   */
  public Plug(Attachment attachment, long pluggedNanos) {
    this.attachment = attachment;
    this.pluggedNanos = pluggedNanos;
  }

  public Attachment attachment() {
    return attachment;
  }

  /** Never given twice by this process. */
  long generation() {
    return generation;
  }

  /** What its guests use and may use. */
  Accounts accounts() {
    return accounts;
  }

  /** The guests behind it, as the backend's client knows them. */
  PluggedGuests guests() {
    return guests;
  }

  boolean isYoungerThan(long nanos, long now) {
    return now - pluggedNanos < nanos;
  }

  /** Takes one of {@code limit} places for requests that wait; false where all are taken. */
  boolean tryHold(int limit) {
    if (held >= limit) {
      return false;
    }
    held++;
    return true;
  }

  void release() {
    held--;
  }
}
