package io.tapmeta.benchmarks;

import io.tapmeta.proxy.document.DocumentCache;

/** Hits and misses that nobody looks at. */
final class Uncounted implements DocumentCache.CacheMetrics {
  @Override
  public void hit() {}

  @Override
  public void miss() {}
}
