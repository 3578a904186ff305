package io.tapmeta.proxy.gate;

import java.util.concurrent.TimeUnit;

/**
 * So many in a second and so many at once, kept as one point in time: when everything that was let
 * through would have been through at the steady pace. Belongs to one loop.
 */
final class Pace {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long interval;
  private long ahead;
  private long through;
  private boolean begun;

  /**
   * Puts another pace in force.
   *
   * @param perSecond at least 1; a thousand million and more are no limit
   * @param burst how many at once, at least 1
   */
  void set(int perSecond, int burst) {
    interval = perSecond >= SECOND ? 0 : SECOND / perSecond;
    ahead = interval * (burst - 1L);
  }

  /** Lets one more through, or not. */
  boolean tryNext(long now) {
    long from = begun && through - now > 0 ? through : now;
    if (from - now > ahead) {
      return false;
    }
    begun = true;
    through = from + interval;
    return true;
  }

  /** True where nothing of the burst is used. */
  boolean isRested(long now) {
    return !begun || through - now <= 0;
  }
}
