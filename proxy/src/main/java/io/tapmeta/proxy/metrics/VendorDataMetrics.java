package io.tapmeta.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapmeta.proxy.vendor.TargetMetrics;
import io.tapmeta.proxy.vendor.TargetOutcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** How vendor data does that does not come with records. */
public final class VendorDataMetrics implements TargetMetrics {
  private static final Duration[] DURATION_BUCKETS =
      LatencyBuckets.between(Duration.ofMillis(10), Duration.ofSeconds(10));

  private final MeterRegistry registry;
  private final Map<TargetOutcome, Counter> asked = new EnumMap<>(TargetOutcome.class);
  private final Timer duration;
  private final Counter incomplete;

  public VendorDataMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (TargetOutcome outcome : TargetOutcome.values()) {
      asked.put(
          outcome,
          Counter.builder("tapmeta.vendor.data.requests")
              .description("Calls of the targets of vendor data, by what became of them.")
              .tag("outcome", outcome.word())
              .register(registry));
    }
    duration =
        Timer.builder("tapmeta.vendor.data.duration")
            .description("How long a call of a target of vendor data took.")
            .serviceLevelObjectives(DURATION_BUCKETS)
            .register(registry);
    incomplete =
        Counter.builder("tapmeta.vendor.data.incomplete")
            .description("Answers to guests that had to do without some target's vendor data.")
            .register(registry);
  }

  /** Registers the gauge of the node's own document. */
  public void file(BooleanSupplier good) {
    Gauge.builder("tapmeta.vendor.data.file.up", () -> good.getAsBoolean() ? 1 : 0)
        .description("0 where the node's vendor data file is not in force as it stands.")
        .register(registry);
  }

  @Override
  public void asked(TargetOutcome outcome, long nanos) {
    Objects.requireNonNull(asked.get(outcome)).increment();
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void incomplete() {
    incomplete.increment();
  }
}
