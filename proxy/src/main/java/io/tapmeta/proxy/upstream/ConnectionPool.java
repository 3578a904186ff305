package io.tapmeta.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Connections to endpoints, open and idle, of one loop. */
final class ConnectionPool {
  /** More than this many idle ones an endpoint are closed. */
  private static final int MAX_IDLE = 16;

  private static final int MAX_LINE = 4096;
  private static final int MAX_HEADERS = 32 * 1024;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final Supplier<Optional<SslContext>> tls;
  private final Map<Endpoint, Deque<UpstreamConnection>> idle = new HashMap<>();

  ConnectionPool(EventLoop loop, UpstreamSettings settings, Supplier<Optional<SslContext>> tls) {
    this.loop = loop;
    this.tls = tls;
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
      if (connection.isOpen()) {
        return Optional.of(connection);
      }
    }
    return Optional.empty();
  }

  /** Opens another, and tells exactly one of the two. */
  void connect(Endpoint endpoint, Consumer<UpstreamConnection> connected, Runnable refused) {
    UpstreamConnection connection = new UpstreamConnection(endpoint);
    bootstrap
        .clone()
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                initialize(channel, connection);
              }
            })
        .connect(endpoint.address())
        .addListener(
            outcome -> {
              if (outcome.isSuccess()) {
                connected.accept(connection);
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

  private void initialize(Channel channel, UpstreamConnection connection) {
    Endpoint endpoint = connection.endpoint();
    if (endpoint.isTls()) {
      SslContext context =
          tls.get().orElseThrow(() -> new IllegalStateException("https without TLS settings"));
      SslHandler handler =
          context.newHandler(channel.alloc(), endpoint.host(), endpoint.address().getPort());
      handler.setHandshakeTimeout(
          bootstrap.config().options().containsKey(ChannelOption.CONNECT_TIMEOUT_MILLIS) ? 5 : 10,
          TimeUnit.SECONDS);
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(
            new HttpClientCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS),
                HttpClientCodec.DEFAULT_PARSE_HTTP_AFTER_CONNECT_REQUEST,
                HttpClientCodec.DEFAULT_FAIL_ON_MISSING_RESPONSE),
            connection);
    assert loop.inEventLoop();
  }
}
