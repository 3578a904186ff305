package io.tapmeta.proxy.scenario.kit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long something took, many times. */
public final class Samples {
  private static final ThreadLocal<Long> start = ThreadLocal.withInitial(System::nanoTime);

  private final List<Long> nanos = new ArrayList<>();

  /** Times it. */
  public void time(Runnable action) {
    start.set(System.nanoTime());
    action.run();
    nanos.add(System.nanoTime() - start.get());
  }

  /** Called by what is being timed: what it did so far does not count. */
  public static void exclude() {
    start.set(System.nanoTime());
  }

  /** Milliseconds below which this part of the samples was. */
  public double quantile(double part) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(part * sorted.size()))) / 1e6;
  }

  /** Milliseconds that the first one took. */
  public double first() {
    return nanos.getFirst() / 1e6;
  }

  /** All others. */
  public Samples butTheFirst() {
    Samples others = new Samples();
    others.nanos.addAll(nanos.subList(1, nanos.size()));
    return others;
  }

  @Override
  public String toString() {
    return "p50 %.1f, p90 %.1f, p99 %.1f".formatted(quantile(0.5), quantile(0.9), quantile(0.99));
  }
}
