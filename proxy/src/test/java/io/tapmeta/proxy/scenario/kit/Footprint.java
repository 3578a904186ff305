package io.tapmeta.proxy.scenario.kit;

/**
 * What a daemon holds of all that could leak, after a collection.
 *
 * @param heap MiB
 * @param resident MiB, direct buffers among them: Netty's are on no other count
 */
public record Footprint(long descriptors, long threads, double heap, double resident) {
  private static final double MEBI = 1024 * 1024;

  public static Footprint of(Daemon daemon) {
    daemon.collect();
    MetricsPage page = daemon.metrics();
    return new Footprint(
        daemon.descriptors(),
        daemon.threads(),
        page.sum("jvm_memory_used_bytes", "area=\"heap\"") / MEBI,
        daemon.residentKibibytes() / 1024.0);
  }

  @Override
  public String toString() {
    return "%d descriptors, %d threads, %.1f MiB heap, %.0f MiB resident"
        .formatted(descriptors, threads, heap, resident);
  }
}
