package io.tapmeta.proxy.metrics;

import java.time.Duration;
import java.util.Arrays;

/** The bounds of histograms of times: the same steps in each, so that dashboards can lay one over another. */
public final class LatencyBuckets {
  private static final int[] MILLIS = {1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000};

  private LatencyBuckets() {}

  /** The steps from {@code least} to {@code most}, both of them included where they are steps. */
  public static Duration[] between(Duration least, Duration most) {
    return Arrays.stream(MILLIS)
        .mapToObj(Duration::ofMillis)
        .filter(step -> step.compareTo(least) >= 0 && step.compareTo(most) <= 0)
        .toArray(Duration[]::new);
  }
}
