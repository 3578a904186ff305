package io.tapmeta.proxy.vendor;

import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.vendor.VendorTargets.Result;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.text.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** The targets of some settings, asked as a connection asks them. */
final class VendorDesk implements AutoCloseable {
  /** Beyond all that an answer may take. */
  private static final long PATIENCE_SECONDS = 30;

  final FakeTicker ticker = new FakeTicker();
  final CountedTargets counted = new CountedTargets();
  final VendorTargets targets;

  VendorDesk(Settings settings) {
    this(settings, Optional.empty());
  }

  VendorDesk(Settings settings, Optional<JsonValue> node) {
    targets = new VendorTargets(settings.read(), () -> node, counted, ticker);
  }

  /** The document of an instance that was never asked about. */
  String document(Instance instance) {
    return document(VendorRecords.record(instance, 1));
  }

  String document(InstanceRecord record) {
    return body(await(ask(record)));
  }

  CompletableFuture<Result> ask(InstanceRecord record) {
    return ask(record, System.nanoTime());
  }

  /** As a guest does that has so much patience left. */
  CompletableFuture<Result> ask(InstanceRecord record, Duration left) {
    return ask(record, System.nanoTime() - VendorTargets.PATIENCE_NANOS + left.toNanos());
  }

  static Result await(CompletableFuture<Result> result) {
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static String body(Result result) {
    if (!(result instanceof Result.Made(EncodedAnswer answer))) {
      throw new AssertionError(result);
    }
    byte[] bytes = answer.bytes();
    return new String(
        bytes, answer.bodyStart(), bytes.length - answer.bodyStart(), StandardCharsets.UTF_8);
  }

  /** Waits until so many calls are over and their answers kept. */
  void settled(int calls) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> counted.outcomes().size() == calls);
  }

  @Override
  public void close() {
    targets.close();
  }

  private CompletableFuture<Result> ask(InstanceRecord record, long since) {
    CompletableFuture<Result> result = new CompletableFuture<>();
    targets.complete(record, since, result::complete);
    return result;
  }
}
