package io.tapmeta.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after endpoints and files each second. What may block, names and files, has a thread of its
 * own; ejected endpoints are probed on a loop that serves no guest.
 */
final class UpstreamHealth implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UpstreamHealth.class);
  private static final long ROUND_MILLIS = 1000;
  private static final int ROUNDS_PER_RESOLUTION = 30;

  private final Endpoints endpoints;
  private final NameService names;
  private final UpstreamFiles files;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upstream-health").factory());
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("upstream-probe", true), EpollIoHandler.newFactory());
  private final EventLoop loop = (EventLoop) group.iterator().next();
  private final HealthProbe probe;
  private int rounds;

  UpstreamHealth(
      UpstreamSettings settings, Endpoints endpoints, NameService names, UpstreamFiles files) {
    this.endpoints = endpoints;
    this.names = names;
    this.files = files;
    this.probe = new HealthProbe(loop, new Connector(loop, settings, files::tls));
  }

  void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::round, ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Asks for all addresses again. Blocks. */
  void resolve() {
    endpoints.all().forEach(endpoint -> endpoint.resolve(names));
  }

  /** Reads secrets and certificates again where they have changed. Blocks. */
  void refreshFiles() {
    files.refresh();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void round() {
    try {
      rounds++;
      for (Endpoint endpoint : endpoints.all()) {
        lookAfter(endpoint, System.nanoTime());
      }
      refreshFiles();
    } catch (RuntimeException e) {
      // Thrown on, it would end all rounds to come.
      log.error("upstream: a bug in looking after endpoints", e);
    }
  }

  private void lookAfter(Endpoint endpoint, long now) {
    if (rounds % ROUNDS_PER_RESOLUTION == 0
        || endpoint.address().isUnresolved()
        || endpoint.isRefusing(now)) {
      endpoint.resolve(names);
    }
    if (endpoint.isEjected(now)) {
      loop.execute(() -> probe.probe(endpoint));
    }
  }
}
