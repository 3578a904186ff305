package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.wire.GuestChannel;
import io.tapmeta.resolver.instance.IpAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The way out to a guest: what is written, how far the guest is with it, and the ways to end. */
final class Outlet {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ChannelHandlerContext context;
  private final AnswerWriter writer;
  private final Takings takings = new Takings();
  private int hops;

  /**
   * @param hops that what is sent may take so far
   */
  Outlet(ChannelHandlerContext context, AnswerWriter writer, int hops) {
    this.context = context;
    this.writer = writer;
    this.hops = hops;
  }

  ChannelHandlerContext context() {
    return context;
  }

  /** The guest's address, without its zone; empty where it has no socket. */
  Optional<IpAddress> source() {
    return context.channel().remoteAddress() instanceof InetSocketAddress remote
        ? Optional.of(IpAddress.parse(IpAddress.canonical(remote.getAddress())))
        : Optional.empty();
  }

  /** The same in Nova's words, which shows a missing one as Python does. */
  String address() {
    return context.channel().remoteAddress() instanceof InetSocketAddress remote
        ? IpAddress.canonical(remote.getAddress())
        : "None";
  }

  /** True where the guest takes what it gets, so that more may be written. */
  boolean isOpen() {
    return context.channel().isWritable();
  }

  /**
   * Has what is sent from now on go no further than so many hops; ends the connection where that
   * cannot be had.
   */
  void limitHops(int limit) {
    if (hops != limit) {
      hops = limit;
      if (context.channel() instanceof GuestChannel guest && !guest.limitHops(limit)) {
        close();
      }
    }
  }

  /** Bytes that wait here for the guest. */
  long waiting() {
    return Takings.waiting(context.channel());
  }

  /** Looks how far the guest is, for {@link #moved}. */
  void mark() {
    takings.mark(context.channel());
  }

  /** True where the guest has something left to take, and took some since the last look. */
  boolean moved() {
    return takings.moved(context.channel());
  }

  void answer(EncodedAnswer answer, Exchange exchange, boolean stays) {
    AnswerWriter.Connection connection =
        !stays
            ? AnswerWriter.Connection.CLOSE
            : exchange.http10
                ? AnswerWriter.Connection.KEEP_ALIVE
                : AnswerWriter.Connection.IMPLIED;
    write(writer.response(context.alloc(), answer, exchange.isHead(), connection));
  }

  void goAhead() {
    write(Unpooled.wrappedBuffer(CONTINUE));
  }

  void write(ByteBuf bytes) {
    var _ = context.write(bytes, context.voidPromise());
  }

  void flush() {
    context.flush();
  }

  /** Reads on, or leaves it to the kernel to slow the guest down. */
  void read(boolean on) {
    if (context.channel().config().isAutoRead() != on) {
      context.channel().config().setAutoRead(on);
    }
  }

  /**
   * Ends the connection once all is written. A guest that may have sent more, or may yet, is left to
   * close its own half: closed outright with bytes of the guest unread, the kernel would reset the
   * connection and the guest might never see the answer.
   *
   * @param outright true where the guest has sent all it wants to
   * @param written run when the kernel has all of it
   */
  void finish(boolean outright, Runnable written) {
    if (outright && context.channel() instanceof GuestChannel guest) {
      guest.flushLast();
    } else {
      context.flush();
    }
    if (waiting() == 0) {
      end(outright, written);
      return;
    }
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                last -> {
                  if (last.isSuccess()) {
                    end(outright, written);
                  } else {
                    close();
                  }
                });
  }

  private void end(boolean outright, Runnable written) {
    written.run();
    if (outright || !endOutput()) {
      close();
    }
  }

  private boolean endOutput() {
    return context.channel() instanceof GuestChannel guest && guest.endOutput();
  }

  void close() {
    var _ = context.close();
  }

  /** Ends it so that the guest sees an error, and nothing of the connection stays with the kernel. */
  void reset() {
    var _ = context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    close();
  }
}
