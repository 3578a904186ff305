package io.tapmeta.proxy.upstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapmeta.proxy.metrics.LatencyBuckets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What is asked of the backend, and how long it takes. */
public final class UpstreamMetrics {
  private static final Duration[] BUCKETS =
      LatencyBuckets.between(Duration.ofMillis(5), Duration.ofSeconds(10));

  private final Map<String, Counter> outcomes = new HashMap<>();
  private final Map<String, Counter> cache = new HashMap<>();
  private final Timer duration;

  public UpstreamMetrics(MeterRegistry registry) {
    for (String outcome : new String[] {"2xx", "3xx", "4xx", "5xx"}) {
      outcomes.put(outcome, outcome(registry, outcome));
    }
    for (UpstreamFailure failure : UpstreamFailure.values()) {
      outcomes.put(failure.word(), outcome(registry, failure.word()));
    }
    for (String result : new String[] {"hit", "miss", "joined", "stale"}) {
      cache.put(
          result,
          Counter.builder("tapmeta.upstream.cache.requests")
              .description("Look-ups of the backend's answers.")
              .tag("result", result)
              .register(registry));
    }
    duration =
        Timer.builder("tapmeta.upstream.duration")
            .description("From a request to the backend to the end of its answer.")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
  }

  void answered(int status, long nanos) {
    count(outcomes, status / 100 + "xx");
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  void failed(UpstreamFailure failure, long nanos) {
    count(outcomes, failure.word());
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A look-up of a cached answer: hit, miss, joined or stale. */
  void cache(String result) {
    count(cache, result);
  }

  private static void count(Map<String, Counter> all, String name) {
    Objects.requireNonNull(all.get(name)).increment();
  }

  private static Counter outcome(MeterRegistry registry, String outcome) {
    return Counter.builder("tapmeta.upstream.requests")
        .description("Requests to the backend, by its status or by why there was none.")
        .tag("outcome", outcome)
        .register(registry);
  }
}
