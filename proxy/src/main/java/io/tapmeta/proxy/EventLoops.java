package io.tapmeta.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The event loops that serve guests: few threads, started before anything enters a namespace, since
 * a thread is born in the namespace of whoever starts it.
 */
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final List<GuestLoop> loops = new ArrayList<>();

  EventLoops(int count, GuestService service, GuestSettings settings) {
    group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("guests", true), EpollIoHandler.newFactory());
    for (EventExecutor executor : group) {
      loops.add(new GuestLoop((EventLoop) executor, service, settings));
    }
    onEach(_ -> {}).join();
  }

  List<GuestLoop> loops() {
    return loops;
  }

  /** Runs {@code action} on each loop's own thread; done when all have. */
  CompletableFuture<Void> onEach(Consumer<GuestLoop> action) {
    return CompletableFuture.allOf(
        loops.stream()
            .map(loop -> CompletableFuture.runAsync(() -> action.accept(loop), loop.executor()))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Waits for requests under way to end; true where all did within the limit. */
  boolean awaitDrained(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (openConnections() > 0) {
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    onEach(GuestLoop::stop).join();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private int openConnections() {
    return loops.stream()
        .mapToInt(
            loop -> CompletableFuture.supplyAsync(loop::connectionCount, loop.executor()).join())
        .sum();
  }
}
