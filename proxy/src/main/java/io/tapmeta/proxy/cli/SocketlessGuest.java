package io.tapmeta.proxy.cli;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.resolver.ingress.Ingress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request put to the daemon's own guest connection, which has no socket on the guest's side. */
final class SocketlessGuest {
  /** Beyond all that an answer may wait for. */
  private static final long PATIENCE_SECONDS = 20;

  private SocketlessGuest() {}

  /** All bytes that the guest would read until the connection is closed. */
  static byte[] ask(GuestService service, Configuration settings, Ingress ingress, String request)
      throws IOException {
    // The loop to which answers come that somebody else has to give, and that asks the upstream.
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("query", true), EpollIoHandler.newFactory());
    EventLoop loop = (EventLoop) group.iterator().next();
    CompletableFuture<byte[]> response = new CompletableFuture<>();
    try {
      loop.execute(() -> ask(loop, service, settings, ingress, request, response));
      return response.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer: " + e, e);
    } finally {
      var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  private static void ask(
      EventLoop loop,
      GuestService service,
      Configuration settings,
      Ingress ingress,
      String request,
      CompletableFuture<byte[]> response) {
    GuestLoop guests = new GuestLoop(loop, service, GuestSettings.of(settings, Integer.MAX_VALUE));
    // Plugged in long ago: a question about an unknown guest is answered, not held.
    Plug plug =
        new Plug(ingress.attachment(), System.nanoTime() - settings.guest().hold().toNanos());
    EmbeddedChannel channel = new EmbeddedChannel(new GuestConnection(guests, plug, ingress));
    // On the next turn: what closes the channel counts its answer afterwards.
    channel.closeFuture().addListener(_ -> loop.execute(() -> response.complete(written(channel))));
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
  }

  private static byte[] written(EmbeddedChannel channel) {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes).release();
      response.writeBytes(bytes);
    }
    return response.toByteArray();
  }
}
