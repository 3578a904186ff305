package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.JsonValue;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** What a running daemon says of itself, each page asked for once. */
final class DaemonView {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AdminPages pages;
  private final Once<JsonValue> attachments = new Once<>(() -> json("/attachments"));
  private final Once<List<KnownPort>> ports = new Once<>(() -> KnownPort.all(json("/instances")));
  private final Once<JsonValue> status = new Once<>(() -> json("/status"));
  private final Once<String> health = new Once<>(() -> page("/healthz"));

  DaemonView(AdminPages pages) {
    this.pages = pages;
  }

  /** Why it does not answer; empty where it does. */
  Optional<String> unreachable() {
    try {
      attachments.get();
      return Optional.empty();
    } catch (Unseen e) {
      return Optional.of(e.why());
    }
  }

  /** The entry of an attachment; empty where it knows none of that name. */
  Optional<JsonValue> attachment(String name) throws Unseen {
    return Json.items(attachments.get()).stream()
        .filter(item -> Json.text(item, "name").equals(Optional.of(name)))
        .findFirst();
  }

  List<KnownPort> ports() throws Unseen {
    return ports.get();
  }

  /** Its process, as it counts them. */
  long pid() throws Unseen {
    return Json.number(status.get(), "pid");
  }

  /** Files of records that are refused, each in a line. */
  List<String> faults() throws Unseen {
    return Json.at(status.get(), "sources").stream()
        .flatMap(
            sources ->
                sources instanceof JsonValue.JsonObject object
                    ? object.members().values().stream()
                    : Stream.of())
        .flatMap(source -> Json.texts(source, "faults").stream())
        .toList();
  }

  boolean isHealthy() {
    try {
      health.get();
      return true;
    } catch (Unseen _) {
      return false;
    }
  }

  private JsonValue json(String path) throws Unseen {
    return new Said("daemon", 0, page(path), "").json();
  }

  /** A daemon that stands still must not keep whoever asks what is wrong with it. */
  private String page(String path) throws Unseen {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(pages.get(path));
              } catch (IOException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Unseen(e.getCause() instanceof IOException known ? saying(known) : e.toString());
    } catch (TimeoutException _) {
      throw new Unseen("no answer within " + PATIENCE.toSeconds() + " s");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Unseen("interrupted");
    }
  }

  private static String saying(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
