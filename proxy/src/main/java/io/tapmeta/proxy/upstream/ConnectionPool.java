package io.tapmeta.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Connections to endpoints, open and idle, of one loop. */
final class ConnectionPool {
  /** More than this many idle ones an endpoint are closed. */
  private static final int MAX_IDLE = 64;

  private final EventLoop loop;
  private final Duration connectTimeout;
  private final Bootstrap bootstrap;
  private final Supplier<Optional<SslContext>> tls;
  private final Map<Endpoint, Deque<UpstreamConnection>> idle = new HashMap<>();

  ConnectionPool(EventLoop loop, UpstreamSettings settings, Supplier<Optional<SslContext>> tls) {
    this.loop = loop;
    this.tls = tls;
    this.connectTimeout = settings.connectTimeout();
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis());
  }

  /** An idle connection that is still open. */
  Optional<UpstreamConnection> takeIdle(Endpoint endpoint) {
    Deque<UpstreamConnection> connections = idle.get(endpoint);
    while (connections != null && !connections.isEmpty()) {
      UpstreamConnection connection = connections.removeLast();
      if (connection.isReusable()) {
        return Optional.of(connection);
      }
    }
    return Optional.empty();
  }

  /** Opens another, and tells exactly one of the two. */
  void connect(Endpoint endpoint, Consumer<UpstreamConnection> connected, Runnable refused) {
    if (endpoint.address().isUnresolved()) {
      // Resolved here, its name would hold up the loop.
      refused.run();
      return;
    }
    AnswerDecoder decoder = new AnswerDecoder();
    UpstreamConnection connection = new UpstreamConnection(endpoint, decoder);
    bootstrap
        .clone()
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                initialize(channel, connection, decoder);
              }
            })
        .connect(endpoint.address())
        .addListener(
            outcome -> {
              if (outcome.isSuccess()) {
                connection.whenSecure(connected, refused);
              } else {
                refused.run();
              }
            });
  }

  /** Keeps a connection for the next request. */
  void release(UpstreamConnection connection) {
    Deque<UpstreamConnection> connections =
        idle.computeIfAbsent(connection.endpoint(), _ -> new ArrayDeque<>());
    if (connections.size() >= MAX_IDLE || !connection.isOpen()) {
      connection.close();
    } else {
      connections.addLast(connection);
    }
  }

  void close() {
    idle.values().forEach(connections -> connections.forEach(UpstreamConnection::close));
    idle.clear();
  }

  private void initialize(Channel channel, UpstreamConnection connection, AnswerDecoder decoder) {
    Endpoint endpoint = connection.endpoint();
    if (endpoint.isTls()) {
      SslContext context =
          tls.get().orElseThrow(() -> new IllegalStateException("https without TLS settings"));
      SslHandler handler =
          context.newHandler(channel.alloc(), endpoint.host(), endpoint.address().getPort());
      handler.setHandshakeTimeoutMillis(connectTimeout.toMillis());
      channel.pipeline().addLast(handler);
    }
    channel.pipeline().addLast(decoder, new HttpRequestEncoder(), connection);
    assert loop.inEventLoop();
  }
}
