package io.tapmeta.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.source.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final NodeMetrics metrics = new NodeMetrics(registry, new BuildInfo("1.2", "abc"));

  @Test
  void theBuildIsALabelledOne() {
    assertThat(
            registry
                .get("tapmeta.build.info")
                .tags("version", "1.2", "revision", "abc")
                .tag("java_version", System.getProperty("java.version"))
                .gauge()
                .value())
        .isOne();
  }

  @Test
  void outsideOfAJarTheBuildIsADevelopersOwn() {
    assertThat(BuildInfo.ofThisJar()).isEqualTo(new BuildInfo("dev", "unknown"));
  }

  @Test
  void attachmentsAreCountedByStateAsTheyAreNow() {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    metrics.attachments(state -> counts.getOrDefault(state, 0));
    assertThat(attachments("listening")).isZero();
    counts.putAll(Map.of(State.LISTENING, 2, State.FAILED, 1, State.REJECTED, 3));
    assertThat(attachments("listening")).isEqualTo(2);
    assertThat(attachments("failed")).isOne();
    assertThat(attachments("rejected")).isEqualTo(3);
  }

  @Test
  void aSourceIsUpOrNotAndHasATime() {
    AtomicReference<SourceStatus> status =
        new AtomicReference<>(new SourceStatus(false, Optional.empty(), 0, List.of()));
    metrics.source("directory", status::get);
    assertThat(gauge("tapmeta.source.up")).isZero();
    assertThat(lastSuccess()).isZero();
    Instant read = Instant.parse("2026-11-23T01:02:03.500Z");
    status.set(new SourceStatus(true, Optional.of(read), 0, List.of()));
    assertThat(gauge("tapmeta.source.up")).isOne();
    assertThat(lastSuccess()).isEqualTo(read.toEpochMilli() / 1000.0);
  }

  @Test
  void recordsAndWhatIsWrongWithThemAreCounted() {
    Resolver resolver = new Resolver(Set.of("s"));
    metrics.records(resolver, () -> new SourceStatus(true, Optional.empty(), 2, List.of()));
    assertThat(gauge("tapmeta.records")).isZero();
    assertThat(gauge("tapmeta.records.rejected")).isEqualTo(2);
    resolver.publish(
        "s",
        List.of(
            Instances.record(Instances.with("\"name\": \"a\""), 1),
            Instances.record(Instances.with("\"name\": \"b\""), 2)));
    assertThat(gauge("tapmeta.records")).isEqualTo(2);
    assertThat(gauge("tapmeta.records.rejected")).isEqualTo(3);
  }

  @Test
  void howLongAPlugTookIsKept() {
    metrics.plugToReady(Duration.ofMillis(12));
    assertThat(registry.get("tapmeta.plug.to.ready").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(12);
  }

  private double attachments(String state) {
    return registry.get("tapmeta.attachments").tag("state", state).gauge().value();
  }

  private double lastSuccess() {
    return registry
        .get("tapmeta.source.last.success.timestamp")
        .timeGauge()
        .value(TimeUnit.SECONDS);
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
