package io.tapmeta.proxy.scenario.kit;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Requests of one guest, one after the other on one connection, until stopped. */
public final class Traffic implements AutoCloseable {
  private final List<Response> answers = new CopyOnWriteArrayList<>();
  private final Connection connection;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile String failure = "";

  private Traffic(Guest guest, Supplier<String> paths) {
    connection = guest.connect();
    thread = Thread.ofPlatform().name("traffic-" + guest.tap()).start(() -> run(paths));
  }

  public static Traffic of(Guest guest) {
    return of(guest, () -> Guest.META_DATA_JSON);
  }

  /** Each request for the next path. */
  public static Traffic of(Guest guest, Supplier<String> paths) {
    return new Traffic(guest, paths);
  }

  /** Waits for some answers that were asked for from now on. */
  public Traffic awaitMore() {
    int before = answers.size();
    // The next one may have been asked for already.
    await().until(() -> answers.size() >= before + 3 || !failure.isEmpty());
    return this;
  }

  /** All answers, once the last one is there. */
  public List<Response> stop() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    connection.close();
    if (!failure.isEmpty()) {
      throw new AssertionError("after %d answers: %s".formatted(answers.size(), failure));
    }
    return List.copyOf(answers);
  }

  @Override
  public void close() {
    stopped = true;
    connection.close();
  }

  private void run(Supplier<String> paths) {
    try {
      while (!stopped) {
        answers.add(connection.get(paths.get()));
      }
    } catch (UncheckedIOException e) {
      failure = e.toString();
    }
  }
}
