package io.tapmeta.proxy.vendor;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names what goes wrong with one target: each kind at once, and then how often, once a minute. */
final class FailureLog {
  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final String target;
  private final Ticker ticker;
  private final Map<TargetOutcome, Tally> tallies = new EnumMap<>(TargetOutcome.class);

  private static final class Tally {
    private final Instant first = Instant.now();
    private long count;
    private long loggedAt;
  }

  FailureLog(String target, Ticker ticker) {
    this.target = target;
    this.ticker = ticker;
  }

  synchronized void failed(TargetAnswer answer, String uuid) {
    long now = ticker.read();
    Tally tally = tallies.computeIfAbsent(answer.outcome(), _ -> new Tally());
    tally.count++;
    if (tally.count == 1) {
      log.warn("{}: {}, asked about instance {}", target, answer.detail(), uuid);
    } else if (now - tally.loggedAt >= INTERVAL_NANOS) {
      log.warn(
          "{}: {}, asked about instance {}; {} of this kind since {}",
          target,
          answer.detail(),
          uuid,
          tally.count,
          tally.first);
    } else {
      return;
    }
    tally.loggedAt = now;
  }
}
