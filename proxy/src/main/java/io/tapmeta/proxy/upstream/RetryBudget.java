package io.tapmeta.proxy.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests may be sent a second time: one for every ten sent, and a few saved up. When the
 * backend is in trouble, retries must not be what keeps it there.
 */
final class RetryBudget {
  private static final int PER_RETRY = 10;
  private static final int MAX = 20 * PER_RETRY;

  private final AtomicInteger credit = new AtomicInteger(MAX);

  /** A request was sent for the first time. */
  void earn() {
    credit.updateAndGet(now -> Math.min(MAX, now + 1));
  }

  /** Takes leave for one retry; false where there is none. */
  boolean tryTake() {
    return credit.getAndUpdate(now -> now >= PER_RETRY ? now - PER_RETRY : now) >= PER_RETRY;
  }
}
