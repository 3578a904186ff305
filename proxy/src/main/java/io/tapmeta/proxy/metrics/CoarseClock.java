package io.tapmeta.proxy.metrics;

import io.micrometer.core.instrument.Clock;

/**
 * The time of day as of the last tick, which is near enough for the windows of minutes over which
 * meters look for a maximum, and costs a request no look at the clock.
 */
public final class CoarseClock implements Clock {
  private volatile long wallMillis = System.currentTimeMillis();

  /** To be called about once a second. */
  public void tick() {
    wallMillis = System.currentTimeMillis();
  }

  @Override
  public long wallTime() {
    return wallMillis;
  }

  @Override
  public long monotonicTime() {
    return System.nanoTime();
  }
}
