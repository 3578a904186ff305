package io.tapmeta.proxy.listen;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Listeners on the loopback device of whatever namespace the tests run in: no privilege needed, and
 * no guest either, since frames on that device come from no MAC.
 */
public final class LoopbackNode implements AutoCloseable {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final GuestMetrics metrics = new GuestMetrics(registry);
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("loopback", true), EpollIoHandler.newFactory());
  private final List<Duration> readyAfter = new ArrayList<>();
  private final Resolver resolver = new Resolver(Set.of());
  private final NetworkNamespaces namespaces;
  private final PasswordStore passwords;
  private final GuestLoop loop;
  private final ListenerOpener opener;
  private final GuestListeners listeners;

  public LoopbackNode(Path directory) throws IOException {
    namespaces = new NetworkNamespaces();
    passwords = new PasswordStore(directory.resolve("passwords"));
    loop =
        new GuestLoop(
            (EventLoop) group.iterator().next(),
            new GuestService(
                resolver, RouteTable.complete(), new DocumentCache(0), passwords, metrics),
            GuestSettings.of(Configuration.DEFAULTS.guest()));
    opener =
        new ListenerOpener(namespaces, List.of(InetAddress.ofLiteral("127.0.0.1")), 0, metrics);
    listeners =
        new GuestListeners(
            opener,
            new HopLimits(resolver, Optional.empty()),
            List.of(loop),
            new GuestListeners.Observer() {
              @Override
              public void listening(Attachment attachment, Duration took) {
                synchronized (readyAfter) {
                  readyAfter.add(took);
                }
              }

              @Override
              public void detached(Attachment attachment) {}
            });
    listeners.start();
  }

  public GuestListeners listeners() {
    return listeners;
  }

  public GuestLoop loop() {
    return loop;
  }

  public Resolver resolver() {
    return resolver;
  }

  ListenerOpener opener() {
    return opener;
  }

  GuestMetrics metrics() {
    return metrics;
  }

  double refused(String reason) {
    return registry.get("tapmeta.identity.refused").tag("reason", reason).counter().count();
  }

  List<Duration> readyAfter() {
    synchronized (readyAfter) {
      return List.copyOf(readyAfter);
    }
  }

  @Override
  public void close() throws IOException {
    listeners.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    passwords.close();
    namespaces.close();
  }
}
