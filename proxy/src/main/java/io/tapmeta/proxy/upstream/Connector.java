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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Opens connections to endpoints, secure where that is due, for one loop. */
final class Connector {
  private final Duration timeout;
  private final Bootstrap bootstrap;
  private final Supplier<Optional<SslContext>> tls;

  /** Where a connection leads, and as whom we go there. */
  record Way(InetSocketAddress address, Optional<SslContext> tls) {}

  Connector(EventLoop loop, UpstreamSettings settings, Supplier<Optional<SslContext>> tls) {
    this.tls = tls;
    this.timeout = settings.connectTimeout();
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis());
  }

  /** The way to an endpoint at this moment: names and certificates change. */
  Way way(Endpoint endpoint) {
    return new Way(endpoint.address(), endpoint.isTls() ? tls.get() : Optional.empty());
  }

  /** Opens a connection, and tells exactly one of the two. */
  void connect(
      Endpoint endpoint, Consumer<UpstreamConnection> connected, Consumer<String> refused) {
    Way way = way(endpoint);
    if (way.address().isUnresolved()) {
      // Resolved here, its name would hold up the loop.
      refused.accept("its name has no address");
      return;
    }
    AnswerDecoder decoder = new AnswerDecoder();
    UpstreamConnection connection = new UpstreamConnection(endpoint, way, decoder);
    bootstrap
        .clone()
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                way.tls()
                    .ifPresent(
                        context -> channel.pipeline().addLast(secure(context, channel, endpoint)));
                channel.pipeline().addLast(decoder, new HttpRequestEncoder(), connection);
              }
            })
        .connect(way.address())
        .addListener(
            outcome -> {
              if (outcome.isSuccess()) {
                connection.whenSecure(connected, refused);
              } else {
                refused.accept(reason(outcome.cause()));
              }
            });
  }

  private SslHandler secure(SslContext context, Channel channel, Endpoint endpoint) {
    SslHandler handler =
        context.newHandler(channel.alloc(), endpoint.host(), endpoint.address().getPort());
    handler.setHandshakeTimeoutMillis(timeout.toMillis());
    return handler;
  }

  /** What operators read of a connection that was not to be had. */
  static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
