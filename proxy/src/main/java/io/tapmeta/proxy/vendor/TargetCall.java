package io.tapmeta.proxy.vendor;

import io.tapmeta.proxy.config.Configuration.VendorData;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * One call of a target: connected within one limit, answered within another, followed where it
 * redirects.
 *
 * <p>As Nova does, and browsers do not, a redirected call stays a POST with its body. Never from
 * https to http: the body has the user data in it.
 */
final class TargetCall {
  /** Larger answers are no configuration of a guest. */
  static final int MAX_ANSWER_BYTES = 1 << 20;

  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpClient client;
  private final ScheduledExecutorService clock;
  private final TargetRequest request;
  private final long readNanos;
  private final long deadline;
  private volatile boolean headCame;

  TargetCall(
      HttpClient client,
      ScheduledExecutorService clock,
      VendorData settings,
      TargetRequest request) {
    this.client = client;
    this.clock = clock;
    this.request = request;
    this.readNanos = settings.dynamicReadTimeout().toNanos();
    this.deadline = System.nanoTime() + settings.dynamicConnectTimeout().toNanos() + readNanos;
  }

  /** The target's answer; never an exception. */
  CompletableFuture<TargetAnswer> send(URI url) {
    return send(url, MAX_REDIRECTS, true);
  }

  /**
   * @param again true where a connection that ended without a word is worth another try: the target
   *     may have closed it, idle from an earlier call, at this very moment
   */
  private CompletableFuture<TargetAnswer> send(URI url, int redirects, boolean again) {
    headCame = false;
    CompletableFuture<Void> sent = new CompletableFuture<>();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request.to(url, () -> sent.complete(null)), limited());
    cancelAfter(deadline - System.nanoTime(), exchange);
    var _ = sent.thenRun(() -> cancelAfter(readNanos, exchange));
    return exchange
        .thenComposeAsync(response -> read(response, redirects), client.executor().orElseThrow())
        .exceptionallyCompose(
            failure ->
                again && isWorthAnotherTry(cause(failure))
                    ? send(url, redirects, false)
                    : done(failure(cause(failure))));
  }

  private BodyHandler<byte[]> limited() {
    BodyHandler<byte[]> limited =
        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES);
    return head -> {
      headCame = true;
      return limited.apply(head);
    };
  }

  private void cancelAfter(long nanos, CompletableFuture<?> exchange) {
    ScheduledFuture<?> alarm =
        clock.schedule(() -> exchange.cancel(true), Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    var _ = exchange.whenComplete((_, _) -> alarm.cancel(false));
  }

  private CompletableFuture<TargetAnswer> read(HttpResponse<byte[]> response, int redirects) {
    int status = response.statusCode();
    if (REDIRECTS.contains(status)) {
      Optional<URI> next = location(response);
      if (next.isPresent() && redirects > 0) {
        return send(next.get(), redirects - 1, true);
      }
      String why = redirects == 0 ? "the last of too many redirects" : "a redirect to nowhere safe";
      return done(TargetAnswer.failure(TargetOutcome.STATUS, status + ", " + why));
    }
    if (status < 200 || status > 299) {
      return done(TargetAnswer.failure(TargetOutcome.STATUS, status + " (expected: 2xx)"));
    }
    return done(content(response.body()));
  }

  private static TargetAnswer content(byte[] body) {
    if (body.length == 0) {
      return TargetAnswer.answered(TargetAnswer.NOTHING);
    }
    try {
      return TargetAnswer.answered(JsonCopy.of(body));
    } catch (JacksonException e) {
      return TargetAnswer.failure(
          TargetOutcome.MALFORMED,
          "no JSON from line %d, column %d on (expected: one JSON value of UTF-8)"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }

  private static Optional<URI> location(HttpResponse<?> response) {
    URI here = response.uri();
    return response
        .headers()
        .firstValue("Location")
        .flatMap(
            location -> {
              try {
                return Optional.of(here.resolve(location));
              } catch (IllegalArgumentException _) {
                return Optional.empty();
              }
            })
        .filter(next -> next.getHost() != null)
        .filter(next -> next.getScheme().equalsIgnoreCase("https") || isHttp(next) && isHttp(here));
  }

  private static boolean isHttp(URI url) {
    return url.getScheme().toLowerCase(Locale.ROOT).equals("http");
  }

  private boolean isWorthAnotherTry(Throwable failure) {
    return failure instanceof IOException
        && !headCame
        && !isUnreachable(failure)
        && !(failure instanceof HttpTimeoutException)
        && System.nanoTime() - deadline < 0;
  }

  private static TargetAnswer failure(Throwable failure) {
    if (failure instanceof CancellationException || failure instanceof HttpTimeoutException) {
      return TargetAnswer.failure(TargetOutcome.TIMEOUT, "no answer in time");
    }
    return TargetAnswer.failure(
        isUnreachable(failure) ? TargetOutcome.UNREACHABLE : TargetOutcome.BROKEN, words(failure));
  }

  private static boolean isUnreachable(Throwable failure) {
    return failure instanceof ConnectException || failure instanceof SSLException;
  }

  /** The JDK's own words for what is most common are the names of its exceptions only. */
  private static String words(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return "unknown host";
      }
    }
    String kind =
        failure instanceof ConnectException ? "no connection" : failure.getClass().getSimpleName();
    String message = failure.getMessage();
    return message == null ? kind : kind + ", " + message.replaceAll("\\p{Cntrl}", "?");
  }

  private static CompletableFuture<TargetAnswer> done(TargetAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private static Throwable cause(Throwable failure) {
    @Nullable Throwable below = failure instanceof CompletionException ? failure.getCause() : null;
    return below == null ? failure : below;
  }
}
