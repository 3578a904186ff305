package io.tapmeta.proxy.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapmeta.proxy.config.UpstreamSettings;
import io.tapmeta.proxy.upstream.Upstream;
import io.tapmeta.proxy.upstream.UpstreamFailure;
import io.tapmeta.proxy.upstream.UpstreamMetrics;
import java.io.IOException;
import java.util.Optional;

/** The backend that the configuration names, for one question, and what became of that in words. */
final class OfflineUpstream implements AutoCloseable {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Optional<Upstream> upstream;
  private final String obstacle;

  OfflineUpstream(Optional<UpstreamSettings> settings) {
    UpstreamMetrics metrics = new UpstreamMetrics(meters);
    Optional<Upstream> opened = Optional.empty();
    String why = "";
    if (settings.isPresent()) {
      try {
        opened = Optional.of(new Upstream(settings.get(), metrics));
      } catch (IOException e) {
        why = "the upstream cannot be asked: " + e.getMessage();
      }
    }
    upstream = opened;
    obstacle = why;
  }

  /** Empty where none is configured, or it cannot be asked. */
  Optional<Upstream> upstream() {
    return upstream;
  }

  /** Why it cannot be asked though it is configured; empty: it can, or is not. */
  String obstacle() {
    return obstacle;
  }

  /** What it said or why it said nothing; empty: it was not asked. */
  String outcome(int status) {
    for (UpstreamFailure failure : UpstreamFailure.values()) {
      if (has(failure.word())) {
        return words(failure);
      }
    }
    boolean answered = has("2xx") || has("3xx") || has("4xx") || has("5xx");
    return answered ? "the upstream answered " + status : "";
  }

  @Override
  public void close() {
    upstream.ifPresent(Upstream::close);
  }

  private String words(UpstreamFailure failure) {
    return switch (failure) {
      case UNREACHABLE ->
          "the upstream could not be connected to: "
              + upstream.map(Upstream::problems).orElse(obstacle);
      case DEADLINE -> "the upstream did not answer within upstream.deadline";
      case MALFORMED -> "the upstream answered with what is not HTTP, or broke off";
      case BUSY -> "the upstream has too many requests";
    };
  }

  private boolean has(String outcome) {
    return meters.get("tapmeta.upstream.requests").tag("outcome", outcome).counter().count() > 0;
  }
}
