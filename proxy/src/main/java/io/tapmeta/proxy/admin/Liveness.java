package io.tapmeta.proxy.admin;

import io.tapmeta.proxy.http.GuestLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Whether the event loops turn: each is given a task and has to run it in time. */
public final class Liveness {
  /** Far beyond any pause of a healthy loop. */
  private static final long PATIENCE_SECONDS = 2;

  private final List<GuestLoop> loops;

  public Liveness(List<GuestLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  /** Tells {@code verdict}, later and on some thread, whether all of them turn. */
  void check(Consumer<Boolean> verdict) {
    CompletableFuture<?>[] turns =
        loops.stream()
            .map(loop -> CompletableFuture.runAsync(() -> {}, loop.executor()))
            .toArray(CompletableFuture<?>[]::new);
    var _ =
        CompletableFuture.allOf(turns)
            .thenApply(_ -> true)
            .completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS)
            .exceptionally(_ -> false)
            .thenAccept(verdict);
  }
}
