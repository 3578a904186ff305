package io.tapmeta.proxy.vendor;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.resolver.InstanceRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The targets of one configuration, and what they said lately: a target is asked once about a record
 * as it stands, however many requests want to know.
 */
final class TargetSet {
  /**
   * A target that failed is asked again after this: soon enough for the second try of a guest,
   * rarely enough that a guest which asks without end does not make it worse.
   */
  private static final Duration FAILURE_KEPT = Duration.ofSeconds(2);

  private static final long MAX_CACHE_BYTES = 4L << 20;

  /** What an entry costs beside its text: key, node, future, answer. */
  private static final int OVERHEAD_BYTES = 240;

  private final Configuration.VendorData settings;
  private final List<VendorTarget> targets;
  private final AsyncCache<Key, TargetAnswer> answers;

  private record Key(long revision, VendorTarget target) {}

  TargetSet(
      Configuration.VendorData settings,
      ScheduledExecutorService clock,
      TargetMetrics metrics,
      Ticker ticker) {
    this.settings = settings;
    this.targets =
        settings.dynamicTargets().stream()
            .map(target -> new VendorTarget(target, settings, clock, metrics, ticker))
            .toList();
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(MAX_CACHE_BYTES)
            .weigher((Key _, TargetAnswer answer) -> answer.json().length() + OVERHEAD_BYTES)
            .expireAfter(Expiry.creating((Key _, TargetAnswer answer) -> kept(answer)))
            .ticker(ticker)
            // Upkeep is short; a pool of threads would cost more.
            .executor(Runnable::run)
            .buildAsync();
  }

  Configuration.VendorData settings() {
    return settings;
  }

  List<VendorTarget> targets() {
    return targets;
  }

  /** The target's answer about a record: kept, on its way, or asked for now. */
  CompletableFuture<TargetAnswer> ask(VendorTarget target, InstanceRecord record) {
    return answers.get(new Key(record.revision(), target), (_, _) -> target.ask(record.instance()));
  }

  void retire() {
    targets.forEach(VendorTarget::retire);
  }

  void close() {
    targets.forEach(VendorTarget::close);
  }

  private Duration kept(TargetAnswer answer) {
    Duration limit = settings.dynamicCache();
    return answer.failed() && FAILURE_KEPT.compareTo(limit) < 0 ? FAILURE_KEPT : limit;
  }
}
