package io.tapmeta.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapmeta.proxy.document.Api;
import io.tapmeta.proxy.document.DocumentCache.CacheMetrics;
import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.proxy.gate.Gate;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.resolver.instance.Policy.Tokens;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What guests ask and get. No label has a value that a guest can choose. */
public final class GuestMetrics implements CacheMetrics {
  private static final int NOT_MODIFIED = 304;

  /** What backends say; any other status is counted as "other". */
  private static final int[] PASSED = {
    200, 204, 301, 302, 304, 307, 400, 401, 403, 404, 405, 409, 413, 429, 500, 501, 502, 503, 504
  };

  private static final int OTHER_STATUS = 0;
  private static final Duration[] DURATION_BUCKETS =
      LatencyBuckets.between(Duration.ofMillis(1), Duration.ofSeconds(10));

  private final Map<Api, Counter> served = new EnumMap<>(Api.class);
  private final Map<Api, Counter> notModified = new EnumMap<>(Api.class);
  private final Map<Api, Map<Integer, Counter>> forwarded = new EnumMap<>(Api.class);
  private final Map<Api, Map<Refusal, Counter>> refused = new EnumMap<>(Api.class);
  private final Map<IdentityRefusal, Counter> identityRefused =
      new EnumMap<>(IdentityRefusal.class);
  private final Map<Excess, Counter> overBudget = new EnumMap<>(Excess.class);
  private final Map<Tokens, Map<Gate.Token, Counter>> tokens = new EnumMap<>(Tokens.class);
  private final Counter tokensIssued;
  private final Timer duration;
  private final Counter cacheHits;
  private final Counter cacheMisses;

  public GuestMetrics(MeterRegistry registry) {
    for (Api api : Api.values()) {
      served.put(api, requests(registry, api, "served", "200"));
      notModified.put(api, requests(registry, api, "not_modified", Integer.toString(NOT_MODIFIED)));
      Map<Integer, Counter> passed = new HashMap<>();
      for (int status : PASSED) {
        passed.put(status, requests(registry, api, "forwarded", Integer.toString(status)));
      }
      passed.put(OTHER_STATUS, requests(registry, api, "forwarded", "other"));
      forwarded.put(api, passed);
      Map<Refusal, Counter> reasons = new EnumMap<>(Refusal.class);
      for (Refusal refusal : Refusal.values()) {
        reasons.put(
            refusal, requests(registry, api, refusal.word(), Integer.toString(refusal.status())));
      }
      refused.put(api, reasons);
    }
    for (IdentityRefusal reason : IdentityRefusal.values()) {
      identityRefused.put(
          reason,
          Counter.builder("tapmeta.identity.refused")
              .description("Connections and requests whose sender was not accepted.")
              .tag("reason", reason.word())
              .register(registry));
    }
    for (Excess excess : Excess.values()) {
      overBudget.put(
          excess,
          Counter.builder("tapmeta.budget.refused")
              .description("Connections and requests beyond a budget, by which it was.")
              .tag("budget", excess.word())
              .register(registry));
    }
    for (Tokens mode : new Tokens[] {Tokens.REPORT, Tokens.REQUIRED}) {
      Map<Gate.Token, Counter> shown = new EnumMap<>(Gate.Token.class);
      for (Gate.Token token : Gate.Token.values()) {
        shown.put(token, tokens(registry, mode, token));
      }
      tokens.put(mode, shown);
    }
    tokensIssued =
        Counter.builder("tapmeta.tokens.issued")
            .description("Session tokens given out.")
            .register(registry);
    duration =
        Timer.builder("tapmeta.request.duration")
            .description("From a request's last byte to its answer's hand-over to the kernel.")
            .serviceLevelObjectives(DURATION_BUCKETS)
            .register(registry);
    cacheHits = cache(registry, "hit");
    cacheMisses = cache(registry, "miss");
  }

  /** A request was answered with a document, or with that the guest has it already. */
  public void served(Api api, int status, long nanos) {
    of(status == NOT_MODIFIED ? notModified : served, api).increment();
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request was answered by the backend. */
  public void forwarded(Api api, int status, long nanos) {
    Map<Integer, Counter> passed = of(forwarded, api);
    Counter counter = passed.get(status);
    (counter == null ? of(passed, OTHER_STATUS) : counter).increment();
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request was refused. */
  public void refused(Api api, Refusal refusal, long nanos) {
    of(of(refused, api), refusal).increment();
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A sender was not accepted. */
  public void identityRefused(IdentityRefusal reason) {
    of(identityRefused, reason).increment();
  }

  /** A connection or a request was beyond a budget. */
  public void overBudget(Excess excess) {
    of(overBudget, excess).increment();
  }

  /** A request showed such a session token. */
  public void token(Tokens mode, Gate.Token token) {
    of(of(tokens, mode), token).increment();
  }

  /** A session token was given out. */
  public void tokenIssued() {
    tokensIssued.increment();
  }

  @Override
  public void hit() {
    cacheHits.increment();
  }

  @Override
  public void miss() {
    cacheMisses.increment();
  }

  /** Every key is there from the start. */
  private static <K, V> V of(Map<K, V> all, K key) {
    return Objects.requireNonNull(all.get(key));
  }

  private static Counter requests(MeterRegistry registry, Api api, String outcome, String code) {
    return Counter.builder("tapmeta.requests")
        .description("Requests of guests, by tree, by what became of them and by status.")
        .tag("api", api.word())
        .tag("outcome", outcome)
        .tag("code", code)
        .register(registry);
  }

  private static Counter tokens(MeterRegistry registry, Tokens mode, Gate.Token token) {
    return Counter.builder("tapmeta.token.requests")
        .description("Requests of guests that have session tokens, by what they showed.")
        .tag("mode", mode.word())
        .tag("token", token.word())
        .register(registry);
  }

  private static Counter cache(MeterRegistry registry, String result) {
    return Counter.builder("tapmeta.cache.requests")
        .description("Look-ups of rendered documents.")
        .tag("result", result)
        .register(registry);
  }
}
