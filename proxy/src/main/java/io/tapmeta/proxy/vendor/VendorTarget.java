package io.tapmeta.proxy.vendor;

import com.github.benmanes.caffeine.cache.Ticker;
import io.tapmeta.proxy.config.CaBundle;
import io.tapmeta.proxy.config.Configuration.VendorData;
import io.tapmeta.resolver.instance.Instance;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A service that is asked about instances. It has a client and threads of its own, so that one whose
 * name does not even resolve holds up nothing but itself.
 */
final class VendorTarget {
  /** Calls at a time; each has the user data in memory, and a hung target keeps it there. */
  private static final int MAX_CALLS = 16;

  /** One to resolve names, which blocks, and one to get on meanwhile. */
  private static final int THREADS = 2;

  private static final long IDLE_SECONDS = 30;

  private final String name;
  private final URI url;
  private final VendorData settings;
  private final HttpClient client;
  private final ScheduledExecutorService clock;
  private final TargetMetrics metrics;
  private final FailureLog failures;
  private final Deque<Question> waiting = new ArrayDeque<>();
  private int calls;
  private volatile boolean closed;

  private record Question(Instance instance, long asked, CompletableFuture<TargetAnswer> answer) {}

  VendorTarget(
      VendorData.Target target,
      VendorData settings,
      ScheduledExecutorService clock,
      TargetMetrics metrics,
      Ticker ticker) {
    this.name = target.name();
    this.url = target.url();
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
    this.failures = new FailureLog("vendor data target " + name + " at " + url, ticker);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.dynamicConnectTimeout())
            .executor(threads(name));
    settings.dynamicSslCertfile().map(CaBundle::context).ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  String name() {
    return name;
  }

  /** Asks about an instance; the answer comes on some thread and is never an exception. */
  CompletableFuture<TargetAnswer> ask(Instance instance) {
    Question question = new Question(instance, System.nanoTime(), new CompletableFuture<>());
    synchronized (this) {
      if (calls == MAX_CALLS) {
        waiting.add(question);
        return question.answer;
      }
      calls++;
    }
    call(question);
    return question.answer;
  }

  /** Lets the calls under way end, and takes no others. */
  void retire() {
    client.shutdown();
  }

  /** Ends the calls under way. */
  void close() {
    closed = true;
    client.shutdownNow();
  }

  private void call(Question question) {
    long start = System.nanoTime();
    CompletableFuture<TargetAnswer> answer;
    try {
      answer =
          new TargetCall(client, clock, settings, TargetRequest.about(question.instance)).send(url);
    } catch (RuntimeException e) {
      // The client was closed, or has no file descriptor left.
      answer =
          CompletableFuture.completedFuture(
              TargetAnswer.failure(TargetOutcome.UNREACHABLE, "not asked, " + e));
    }
    var _ =
        answer
            .exceptionally(bug -> TargetAnswer.failure(TargetOutcome.BROKEN, "a bug, " + bug))
            .thenAccept(
                got -> {
                  long took = System.nanoTime() - start;
                  question.answer.complete(got);
                  metrics.asked(got.outcome(), took);
                  if (got.failed() && !closed) {
                    failures.failed(got, question.instance.uuid());
                  }
                  callNext();
                });
  }

  /** Gives the place of a call that is over to the next question that a guest still waits for. */
  private void callNext() {
    while (true) {
      Question next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          calls--;
          return;
        }
      }
      if (System.nanoTime() - next.asked < VendorTargets.PATIENCE_NANOS) {
        call(next);
        return;
      }
      next.answer.complete(TargetAnswer.failure(TargetOutcome.TIMEOUT, "not asked, too many wait"));
    }
  }

  private static ThreadPoolExecutor threads(String name) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("vendor-" + name + "-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
