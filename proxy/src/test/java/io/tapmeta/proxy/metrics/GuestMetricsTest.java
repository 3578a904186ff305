package io.tapmeta.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapmeta.proxy.document.Api;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.gate.Refusal;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuestMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final GuestMetrics metrics = new GuestMetrics(registry);

  @Test
  void servedAndNotModifiedAreCountedApart() {
    metrics.served(Api.EC2, 200, 1_000_000);
    metrics.served(Api.EC2, 200, 1_000_000);
    metrics.served(Api.EC2, 304, 1_000_000);
    assertThat(requests("ec2", "served", "200")).isEqualTo(2);
    assertThat(requests("ec2", "not_modified", "304")).isOne();
    assertThat(all()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void everyRefusalIsCountedUnderItsWordAndStatus(Refusal refusal) {
    metrics.refused(Api.OTHER, refusal, 1);
    assertThat(requests("other", refusal.word(), Integer.toString(refusal.status()))).isOne();
    assertThat(all()).isOne();
  }

  @ParameterizedTest
  @EnumSource(IdentityRefusal.class)
  void everySenderThatIsNotAcceptedIsCounted(IdentityRefusal reason) {
    metrics.identityRefused(reason);
    assertThat(
            registry.get("tapmeta.identity.refused").tag("reason", reason.word()).counter().count())
        .isOne();
  }

  @Test
  void lookUpsAreHitsOrMisses() {
    metrics.hit();
    metrics.hit();
    metrics.miss();
    assertThat(registry.get("tapmeta.cache.requests").tag("result", "hit").counter().count())
        .isEqualTo(2);
    assertThat(registry.get("tapmeta.cache.requests").tag("result", "miss").counter().count())
        .isOne();
  }

  @Test
  void howLongItTookIsKeptOfEveryRequest() {
    metrics.served(Api.EC2, 200, TimeUnit.MILLISECONDS.toNanos(3));
    metrics.refused(Api.OTHER, Refusal.UNKNOWN_PATH, TimeUnit.MILLISECONDS.toNanos(4));
    assertThat(registry.get("tapmeta.request.duration").timer().count()).isEqualTo(2);
    assertThat(registry.get("tapmeta.request.duration").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(7);
  }

  @Test
  void countingMakesNoNewSeries() {
    int before = registry.getMeters().size();
    for (Api api : Api.values()) {
      metrics.served(api, 200, 1);
      metrics.served(api, 304, 1);
      metrics.served(api, 299, 1);
      for (int status = 100; status < 600; status++) {
        metrics.forwarded(api, status, 1);
      }
    }
    assertThat(registry.getMeters()).hasSize(before);
  }

  private double requests(String api, String outcome, String code) {
    return registry
        .get("tapmeta.requests")
        .tags("api", api, "outcome", outcome, "code", code)
        .counter()
        .count();
  }

  private double all() {
    return registry.get("tapmeta.requests").counters().stream().mapToDouble(Counter::count).sum();
  }
}
