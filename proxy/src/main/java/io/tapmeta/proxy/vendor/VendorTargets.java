package io.tapmeta.proxy.vendor;

import com.github.benmanes.caffeine.cache.Ticker;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.VendorData;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.text.JsonValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code vendor_data2.json} where targets outside the node have a say in it: asks all of them
 * at once, and puts together what they said within the time that a guest waits.
 *
 * <p>A target that fails is an empty object, or, where the operator wants it so, the end of the
 * document. A call that a guest did not wait for goes on, and its answer is kept for the next
 * request.
 */
public final class VendorTargets implements AutoCloseable {
  /** From a guest's request to its answer: cloud-init gives up after ten seconds. */
  static final long PATIENCE_NANOS = Duration.ofSeconds(8).toNanos();

  /** Requests of one instance that wait at a time; guests ask one at a time. */
  static final int MAX_WAITING = 16;

  private static final Logger log = LoggerFactory.getLogger(VendorTargets.class);

  private final Supplier<Optional<JsonValue>> node;
  private final TargetMetrics metrics;
  private final Ticker ticker;
  private final ScheduledThreadPoolExecutor thread;
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
  private volatile TargetSet inForce;

  /** What a request ends with. */
  public sealed interface Result {
    /** The document. */
    record Made(EncodedAnswer answer) implements Result {}

    /** A target failed, and that is fatal. */
    record Failed() implements Result {}

    /** Too many requests of this instance wait already. */
    record Busy() implements Result {}
  }

  private static final Result FAILED = new Result.Failed();
  private static final Result BUSY = new Result.Busy();

  /**
   * @param node the node's own vendor data of the moment
   */
  public VendorTargets(
      Configuration.VendorData settings,
      Supplier<Optional<JsonValue>> node,
      TargetMetrics metrics) {
    this(settings, node, metrics, Ticker.systemTicker());
  }

  VendorTargets(
      Configuration.VendorData settings,
      Supplier<Optional<JsonValue>> node,
      TargetMetrics metrics,
      Ticker ticker) {
    this.node = node;
    this.metrics = metrics;
    this.ticker = ticker;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("vendor-data").factory(),
            // Once closed, nobody waits for anything.
            new ThreadPoolExecutor.DiscardPolicy());
    thread.setRemoveOnCancelPolicy(true);
    this.inForce = new TargetSet(settings, thread, metrics, ticker);
  }

  /** No targets. */
  public static VendorTargets none() {
    return new VendorTargets(
        Configuration.DEFAULTS.vendorData(), Optional::empty, TargetMetrics.NONE);
  }

  /** Puts other settings in force for the next request; calls under way end as they began. */
  public void apply(Configuration.VendorData next) {
    TargetSet before = inForce;
    if (!before.settings().equals(next)) {
      inForce = new TargetSet(next, thread, metrics, ticker);
      before.retire();
    }
  }

  /** True where some target has a say in the document of this instance. */
  public boolean concern(Instance instance) {
    List<VendorTarget> targets = inForce.targets();
    for (int i = 0; i < targets.size(); i++) {
      if (VendorData.takes(instance, targets.get(i).name())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes the document of a record.
   *
   * @param since when the guest began to wait, by {@link System#nanoTime}
   * @param done is told the result, once, on this object's thread or at once
   */
  public void complete(InstanceRecord record, long since, Consumer<Result> done) {
    String uuid = record.instance().uuid();
    if (waiting.merge(uuid, 1, Integer::sum) > MAX_WAITING) {
      release(uuid);
      done.accept(BUSY);
      return;
    }
    TargetSet set = inForce;
    Map<String, CompletableFuture<TargetAnswer>> answers = new LinkedHashMap<>();
    for (VendorTarget target : set.targets()) {
      if (VendorData.takes(record.instance(), target.name())) {
        answers.put(target.name(), set.ask(target, record));
      }
    }
    var all = CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new));
    long left = Math.max(since + PATIENCE_NANOS - System.nanoTime(), 0);
    ScheduledFuture<?> patience =
        thread.schedule(() -> all.complete(null), left, TimeUnit.NANOSECONDS);
    var _ =
        all.thenApplyAsync(_ -> result(record.instance(), set, answers), thread)
            .whenComplete(
                (result, bug) -> {
                  patience.cancel(false);
                  release(uuid);
                  if (bug != null) {
                    log.error("vendor_data2.json of {}: a bug", uuid, bug);
                  }
                  done.accept(bug == null ? result : FAILED);
                });
  }

  /** Ends calls under way. */
  @Override
  public void close() {
    inForce.close();
    thread.shutdownNow();
  }

  private Result result(
      Instance instance, TargetSet set, Map<String, CompletableFuture<TargetAnswer>> answers) {
    Map<String, String> members = new LinkedHashMap<>();
    boolean complete = true;
    for (var answer : answers.entrySet()) {
      TargetAnswer got = answer.getValue().getNow(TargetAnswer.LATE);
      complete &= !got.failed();
      members.put(answer.getKey(), got.json());
    }
    if (!complete) {
      metrics.incomplete();
      if (set.settings().dynamicFailureFatal()) {
        return FAILED;
      }
    }
    return new Result.Made(VendorData.second(instance, node.get(), members));
  }

  private void release(String uuid) {
    waiting.computeIfPresent(uuid, (_, count) -> count == 1 ? null : count - 1);
  }
}
