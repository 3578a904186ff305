package io.tapmeta.proxy.vendor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the metrics would show. */
final class CountedTargets implements TargetMetrics {
  private final List<TargetOutcome> outcomes = new CopyOnWriteArrayList<>();
  private final AtomicInteger incomplete = new AtomicInteger();

  @Override
  public void asked(TargetOutcome outcome, long nanos) {
    outcomes.add(outcome);
  }

  @Override
  public void incomplete() {
    incomplete.incrementAndGet();
  }

  List<TargetOutcome> outcomes() {
    return outcomes;
  }

  int incompleteCount() {
    return incomplete.get();
  }
}
