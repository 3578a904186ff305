package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Accounts;
import io.tapmeta.proxy.upstream.PluggedGuests;
import io.tapmeta.resolver.ingress.Attachment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An attachment as its loop sees it, one a generation: re-plugged, it is another object, and the
 * connections of the old one are closed. Belongs to one loop.
 */
public final class Plug {
  /** Of {@link #hops}: what no account's is. */
  static final int UNKNOWN_HOPS = 0;

  private static final AtomicLong GENERATIONS = new AtomicLong();

  private final Attachment attachment;
  private final long pluggedNanos;
  private final long generation = GENERATIONS.incrementAndGet();
  private final Accounts accounts = new Accounts();
  private final PluggedGuests guests = new PluggedGuests();
  private final Tally tally = new Tally();
  private final Set<GuestConnection> connections = new HashSet<>();
  private volatile int hops = UNKNOWN_HOPS;
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

  /**
   * The attachment's listeners begin with this hop limit, which connections inherit. From the
   * listeners' thread, before there is a connection.
   */
  public void hopsBegin(int limit) {
    hops = limit;
  }

  /**
   * They get another: what a connection inherits can no longer be told. From the listeners' thread,
   * before they get it.
   */
  public void hopsChange() {
    hops = UNKNOWN_HOPS;
  }

  /** The hop limit that each connection begins with, or {@link #UNKNOWN_HOPS}. */
  int hops() {
    return hops;
  }

  /** What became of the requests that came in by it. */
  public Tally tally() {
    return tally;
  }

  /** Those that came in by it and are open; the loop's to change. */
  Set<GuestConnection> connections() {
    return connections;
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
