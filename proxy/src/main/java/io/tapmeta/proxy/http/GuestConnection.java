package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Requester;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.resolver.ingress.Ingress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest's connection: reads a request, has it answered, reads the next. Who the guest is was
 * fixed when the connection was accepted.
 *
 * <pre>
 *           head complete        body complete            written
 *   HEAD ───────────────▶ BODY ────────────────▶ answerer ───────▶ HEAD
 *                                                 │    ▲
 *                               no record yet     ▼    │ record there, or hold over
 *                                                HELD ─┤
 *                               somebody else's   ▼    │ that one's answer, whole
 *                               answer        WAITING ─┤
 *                                                 ▼    │ or in parts
 *                                             STREAMING┘
 *
 *   an answer that closes: LINGER, until the guest has read it
 * </pre>
 */
public final class GuestConnection extends ChannelInboundHandlerAdapter implements Requester {
  private static final Logger log = LoggerFactory.getLogger(GuestConnection.class);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** A guest that was told of the end gets this long to read it before the connection goes. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Whoever is waited for has a deadline of his own. */
  private static final long FOREVER_NANOS = TimeUnit.DAYS.toNanos(1);

  private enum State {
    HEAD,
    BODY,
    HELD,
    WAITING,
    STREAMING,
    LINGER,
    CLOSED
  }

  private final GuestLoop loop;
  private final Plug plug;
  private final Ingress ingress;
  private final Exchange exchange = new Exchange();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Object awaited;
  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private boolean headBegun = true;
  private State state = State.HEAD;
  private long deadline;

  public GuestConnection(GuestLoop loop, Plug plug, Ingress ingress) {
    this.loop = loop;
    this.plug = plug;
    this.ingress = ingress;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    loop.add(this);
    waitUntil(System.nanoTime() + loop.settings().limits().headTimeout().toNanos());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (state == State.LINGER || state == State.CLOSED) {
      bytes.release();
      return;
    }
    append(ctx, bytes);
    proceed();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!ctx.channel().isWritable()) {
      return;
    }
    if (state == State.STREAMING && awaited instanceof Forwarding forwarding) {
      waitUntil(System.nanoTime() + FOREVER_NANOS);
      forwarding.resume();
    } else if (state == State.HEAD || state == State.BODY) {
      ctx.channel().config().setAutoRead(true);
    }
    proceed();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state == State.HELD) {
      plug.release();
    }
    boolean answerIsDue = state == State.WAITING || state == State.STREAMING;
    state = State.CLOSED;
    if (answerIsDue && awaited instanceof Forwarding forwarding) {
      forwarding.cancel();
    }
    received.release();
    received = Unpooled.EMPTY_BUFFER;
    loop.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("{}: a bug; the connection is closed", ingress, cause);
    }
    close();
  }

  /** The guest's address on this connection. */
  @Override
  public String address() {
    return context().channel().remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress().replaceAll("%.*", "")
        : "None";
  }

  Plug plug() {
    return plug;
  }

  Ingress ingress() {
    return ingress;
  }

  boolean isNewlyPlugged() {
    return plug.isYoungerThan(loop.settings().holdNanos(), exchange.started);
  }

  /** Answers the request under way. */
  void respond(EncodedAnswer answer) {
    long now = write(answer, exchange.keepAlive);
    loop.service().metrics().served(exchange.route.api(), answer.status(), now - exchange.started);
  }

  /** Answers the request under way with what the backend said. */
  void pass(EncodedAnswer answer) {
    countForwarded(answer, write(answer, exchange.keepAlive));
  }

  /** Refuses the request under way. */
  void refuse(Refusal refusal) {
    long now = write(Refusals.answer(refusal), exchange.keepAlive && !refusal.closes());
    loop.service().metrics().refused(exchange.route.api(), refusal, now - exchange.started);
  }

  /** Keeps the request until its record comes, or refuses it where too many are kept. */
  void hold() {
    if (plug.tryHold(loop.settings().limits().held())) {
      state = State.HELD;
      waitUntil(exchange.started + loop.settings().holdNanos());
    } else {
      refuse(Refusal.RECORD_NOT_READY);
    }
  }

  /**
   * Leaves the request to somebody who answers later, through {@link #whenStill}.
   *
   * @param whom any object that is this request's alone
   */
  void waitFor(Object whom) {
    awaited = whom;
    state = State.WAITING;
    waitUntil(System.nanoTime() + FOREVER_NANOS);
  }

  /** Runs {@code answer} on the loop, unless {@code whom} is no longer waited for. */
  void whenStill(Object whom, Runnable answer) {
    loop.executor()
        .execute(
            () -> {
              if (state == State.WAITING && awaited == whom) {
                resume();
                answer.run();
                proceed();
              }
            });
  }

  /**
   * Begins an answer that comes in parts.
   *
   * @param delimited false where only the connection's end will show the answer's
   */
  void beginStream(Forwarding from, EncodedAnswer head, boolean delimited) {
    if (state == State.WAITING && awaited == from) {
      exchange.keepAlive &= delimited;
      state = State.STREAMING;
      writeHead(head, exchange.keepAlive);
      countForwarded(head, System.nanoTime());
    }
  }

  /** Writes a part of it; false where the guest has to read first. */
  boolean stream(Forwarding from, ByteBuf bytes) {
    if (state != State.STREAMING || awaited != from) {
      bytes.release();
      return true;
    }
    write(bytes);
    context().flush();
    boolean writable = context().channel().isWritable();
    if (!writable) {
      waitUntil(System.nanoTime() + loop.settings().limits().writeTimeout().toNanos());
    }
    return writable;
  }

  /** Ends it. */
  void endStream(Forwarding from) {
    if (state == State.STREAMING && awaited == from) {
      resume();
      goOn(exchange.keepAlive, System.nanoTime());
      proceed();
    }
  }

  /** Breaks it off with a reset, so that the guest sees it is not whole. */
  void abortStream(Forwarding from) {
    if (state == State.STREAMING && awaited == from) {
      var _ = context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
      close();
    }
  }

  /** Answers a held request about which something can be said by now. */
  void recheck() {
    if (state == State.HELD && loop.answerer().isDecided(this)) {
      plug.release();
      resume();
      loop.answerer().answer(this, exchange);
      proceed();
    }
  }

  /** Ends the connection after the request under way, or now where there is none. */
  void drain() {
    exchange.keepAlive = false;
    if (state == State.HEAD && !received.isReadable()) {
      close();
    }
  }

  void close() {
    var _ = context().close();
  }

  boolean isOverdue(long now) {
    return now - deadline >= 0;
  }

  /** The deadline of the present state has passed. */
  void expire() {
    switch (state) {
      case HELD -> {
        plug.release();
        resume();
        refuse(Refusal.RECORD_NOT_READY);
        proceed();
      }
      case BODY -> refuse(Refusal.BODY_TIMEOUT);
      case HEAD -> {
        if (received.isReadable() && context().channel().isWritable()) {
          exchange.begin(System.nanoTime());
          refuse(Refusal.HEAD_TIMEOUT);
        } else {
          close();
        }
      }
      case WAITING, STREAMING, LINGER, CLOSED -> close();
    }
    context().flush();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return context;
  }

  private void append(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (!received.isReadable()) {
      received.release();
      received = bytes;
    } else {
      ByteBuf grown = ctx.alloc().buffer(received.readableBytes() + bytes.readableBytes());
      grown.writeBytes(received).writeBytes(bytes);
      received.release();
      bytes.release();
      received = grown;
    }
    // A guest that sends on while nothing of it is read fills no more than one head's room.
    boolean waits = state == State.HELD || state == State.WAITING || state == State.STREAMING;
    boolean stuck = waits || !ctx.channel().isWritable();
    if (stuck && received.readableBytes() > loop.settings().limits().head()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void resume() {
    awaited = null;
    state = State.HEAD;
    context().channel().config().setAutoRead(true);
  }

  /** Goes on as far as the bytes at hand and the room to write allow. */
  private void proceed() {
    ChannelHandlerContext ctx = context();
    boolean more = true;
    while (more && received.isReadable() && ctx.channel().isWritable()) {
      more =
          switch (state) {
            case HEAD -> readHead();
            case BODY -> readBody();
            case HELD, WAITING, STREAMING, LINGER, CLOSED -> false;
          };
    }
    ctx.flush();
    if (state == State.HEAD && !ctx.channel().isWritable()) {
      waitUntil(System.nanoTime() + loop.settings().limits().writeTimeout().toNanos());
    }
  }

  /** Reads a request's head where all of it is there; false where there is nothing to go on with. */
  private boolean readHead() {
    RequestReader reader = loop.reader();
    RequestReader.Step step =
        reader.read(received, exchange, route -> loop.answerer().mayForward(this, route));
    if (step == RequestReader.Step.INCOMPLETE) {
      if (!headBegun) {
        headBegun = true;
        waitUntil(System.nanoTime() + loop.settings().limits().headTimeout().toNanos());
      }
      return false;
    }
    headBegun = false;
    exchange.keepAlive &= !loop.isDraining();
    switch (step) {
      case COMPLETE -> loop.answerer().answer(this, exchange);
      case REFUSED -> refuse(reader.refusal());
      default -> {
        state = State.BODY;
        waitUntil(exchange.started + loop.settings().limits().bodyTimeout().toNanos());
        if (step == RequestReader.Step.BODY_ON_LEAVE) {
          write(Unpooled.wrappedBuffer(CONTINUE));
        }
      }
    }
    return true;
  }

  private boolean readBody() {
    RequestBody body = Objects.requireNonNull(exchange.body);
    switch (body.read(received)) {
      case MORE -> {
        return false;
      }
      case DONE -> {
        state = State.HEAD;
        loop.answerer().answer(this, exchange);
      }
      case MALFORMED -> refuse(Refusal.MALFORMED);
      case TOO_LARGE -> refuse(Refusal.BODY_TOO_LARGE);
    }
    return true;
  }

  /** Writes an answer, not flushed yet; the time it was written at. */
  private long write(EncodedAnswer answer, boolean stays) {
    writeHead(answer, stays);
    long now = System.nanoTime();
    goOn(stays, now);
    return now;
  }

  private void writeHead(EncodedAnswer answer, boolean stays) {
    AnswerWriter.Connection connection =
        !stays
            ? AnswerWriter.Connection.CLOSE
            : exchange.http10
                ? AnswerWriter.Connection.KEEP_ALIVE
                : AnswerWriter.Connection.IMPLIED;
    write(loop.writer().response(context().alloc(), answer, exchange.isHead(), connection));
  }

  private void countForwarded(EncodedAnswer answer, long now) {
    loop.service()
        .metrics()
        .forwarded(exchange.route.api(), answer.status(), now - exchange.started);
  }

  private void write(ByteBuf bytes) {
    var _ = context().write(bytes, context().voidPromise());
  }

  /** Waits for the next request, or ends the connection. */
  private void goOn(boolean stays, long now) {
    if (stays) {
      state = State.HEAD;
      waitUntil(now + loop.settings().limits().idleTimeout().toNanos());
    } else {
      linger(now);
    }
  }

  /**
   * Closes our half and waits for the guest to close its own: closed outright with bytes of the
   * guest unread, the kernel would reset the connection and the guest might never see the answer.
   */
  private void linger(long now) {
    state = State.LINGER;
    received.release();
    received = Unpooled.EMPTY_BUFFER;
    waitUntil(now + LINGER_NANOS);
    context()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.isSuccess() && written.channel() instanceof DuplexChannel channel) {
                    channel.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                  } else {
                    var _ = written.channel().close();
                  }
                });
  }

  private void waitUntil(long nanos) {
    deadline = nanos;
  }
}
