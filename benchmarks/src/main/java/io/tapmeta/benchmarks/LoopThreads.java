package io.tapmeta.benchmarks;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of the kind that event loops are. On any other, Netty recycles no buffers, and a benchmark
 * would count what the daemon never allocates.
 */
public final class LoopThreads extends ThreadPoolExecutor {
  /** Selects this executor; an argument of the forked JVM. */
  static final String CUSTOM = "-Djmh.executor=CUSTOM";

  static final String CLASS = "-Djmh.executor.class=io.tapmeta.benchmarks.LoopThreads";

  /** As JMH calls it. */
  public LoopThreads(int maxThreads, String prefix) {
    super(
        maxThreads,
        maxThreads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        new DefaultThreadFactory(prefix, true));
  }
}
