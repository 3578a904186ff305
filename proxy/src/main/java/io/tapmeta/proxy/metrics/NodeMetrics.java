package io.tapmeta.proxy.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.source.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** How the node is doing: attachments, records and their sources, the process. */
public final class NodeMetrics {
  private static final Duration[] READY_BUCKETS =
      LatencyBuckets.between(Duration.ofMillis(5), Duration.ofSeconds(5));

  private final MeterRegistry registry;
  private final Timer plugToReady;

  public NodeMetrics(MeterRegistry registry, BuildInfo build) {
    this.registry = registry;
    this.plugToReady =
        Timer.builder("tapmeta.plug.to.ready")
            .description("From the writing of an attachment's file to its listener being open.")
            .serviceLevelObjectives(READY_BUCKETS)
            .register(registry);
    Gauge.builder("tapmeta.build.info", () -> 1)
        .description("What is running.")
        .tag("version", build.version())
        .tag("revision", build.revision())
        .tag("java_version", System.getProperty("java.version", "unknown"))
        .register(registry);
    bindProcess();
  }

  /** An attachment began to listen so long after its plug. */
  public void plugToReady(Duration took) {
    plugToReady.record(took);
  }

  /** Registers the gauges of attachments, read at each scrape. */
  public void attachments(ToIntFunction<State> count) {
    for (State state : State.values()) {
      Gauge.builder("tapmeta.attachments", () -> count.applyAsInt(state))
          .description("Attachments by what became of them.")
          .tag("state", state.word())
          .register(registry);
    }
  }

  /** Registers the gauges of a source of records. */
  public void source(String name, Supplier<SourceStatus> status) {
    Gauge.builder("tapmeta.source.up", () -> status.get().up() ? 1 : 0)
        .description("1 where the source of records can be read.")
        .tag("source", name)
        .register(registry);
    TimeGauge.builder(
            "tapmeta.source.last.success.timestamp",
            () -> status.get().lastSuccess().map(Instant::toEpochMilli).orElse(0L),
            TimeUnit.MILLISECONDS)
        .description("When the source was last read as a whole; 0 before that.")
        .tag("source", name)
        .register(registry);
  }

  /** Registers the gauges of records. */
  public void records(Resolver resolver, Supplier<SourceStatus> status) {
    Gauge.builder("tapmeta.records", () -> resolver.index().size())
        .description("Instance records in force.")
        .register(registry);
    Gauge.builder(
            "tapmeta.records.rejected",
            () -> status.get().rejected() + resolver.index().conflicts().size())
        .description("Records that are wrong as they stand, and ports that several claim.")
        .register(registry);
  }

  private void bindProcess() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new OpenFiles().bindTo(registry);
    @SuppressWarnings("resource") // It listens to collections for as long as the process lives.
    JvmGcMetrics collections = new JvmGcMetrics();
    collections.bindTo(registry);
  }
}
