package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Requester;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.ingress.Ingress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
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
 *                               somebody else's   ▼    │ that one's answer
 *                               answer        WAITING ─┘
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

  private enum State {
    HEAD,
    BODY,
    HELD,
    WAITING,
    LINGER,
    CLOSED
  }

  private final GuestLoop loop;
  private final Plug plug;
  private final Ingress ingress;
  private final Exchange exchange = new Exchange();
  private @Nullable ChannelHandlerContext context;
  private ByteBuf received = Unpooled.EMPTY_BUFFER;
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
    if (ctx.channel().isWritable()) {
      proceed();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state == State.HELD) {
      plug.release();
    }
    state = State.CLOSED;
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

  /** Leaves the request to somebody who answers later, through {@link #whenStill}. */
  void waitForAnswer() {
    state = State.WAITING;
    waitUntil(Long.MAX_VALUE);
  }

  /** Runs {@code answer} on the loop, unless the request {@code number} is no longer waited for. */
  void whenStill(int number, Runnable answer) {
    loop.executor()
        .execute(
            () -> {
              if (state == State.WAITING && exchange.number == number) {
                resume();
                answer.run();
                proceed();
              }
            });
  }

  /** Answers a held request whose record has come. */
  void recheck() {
    if (state == State.HELD && loop.answerer().isKnown(this)) {
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
    var _ = context().close(context().voidPromise());
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
      case WAITING, LINGER, CLOSED -> close();
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
    // A guest that sends on while its request waits fills no more than one head's room.
    boolean waits = state == State.HELD || state == State.WAITING;
    if (waits && received.readableBytes() > loop.settings().limits().head()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void resume() {
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
            case HELD, WAITING, LINGER, CLOSED -> false;
          };
    }
    ctx.flush();
    if (state == State.HEAD && !ctx.channel().isWritable()) {
      waitUntil(System.nanoTime() + loop.settings().limits().writeTimeout().toNanos());
    }
  }

  /** Reads a request's head where all of it is there; false where more has to come. */
  private boolean readHead() {
    RequestHead head = loop.head();
    byte[] scratch = loop.scratch();
    int length = Math.min(received.readableBytes(), scratch.length);
    received.getBytes(received.readerIndex(), scratch, 0, length);
    int taken = head.read(scratch, length);
    if (taken == RequestHead.INCOMPLETE) {
      return false;
    }
    exchange.begin(System.nanoTime());
    if (taken == RequestHead.REFUSED) {
      log.debug("{}: refused, {}", ingress, head.detail());
      refuse(head.refusal());
      return false;
    }
    received.skipBytes(taken);
    begin(head);
    return true;
  }

  private void begin(RequestHead head) {
    exchange.method = head.method();
    exchange.http10 = head.isHttp10();
    exchange.keepAlive = head.keepsAlive() && !loop.isDraining();
    exchange.ifNoneMatch = head.ifNoneMatch();
    boolean hasBody = head.isChunked() || head.contentLength() > 0;
    Optional<Route> found = route(head);
    if (found.isEmpty()) {
      refuse(Refusal.MALFORMED);
      return;
    }
    exchange.route = found.get();
    boolean takesBody =
        exchange.route.kind() == Route.Kind.PASSWORD && exchange.method == Method.POST;
    if (exchange.method == Method.CONNECT || exchange.method == Method.TRACE) {
      exchange.keepAlive &= !hasBody;
      refuse(Refusal.METHOD_REFUSED);
    } else if (head.isChunked() && !takesBody) {
      refuse(Refusal.UNWANTED_BODY);
    } else if (hasBody) {
      expectBody(head, takesBody);
    } else {
      loop.answerer().answer(this, exchange);
    }
  }

  private void expectBody(RequestHead head, boolean kept) {
    // One byte more than fits, so that what does not fit is seen not to.
    int keep = kept ? PasswordStore.MAX_BYTES + 1 : 0;
    int limit = loop.settings().limits().body();
    exchange.body = new RequestBody(head.isChunked(), head.contentLength(), keep, limit);
    state = State.BODY;
    waitUntil(exchange.started + loop.settings().limits().bodyTimeout().toNanos());
    if (head.expectsContinue()) {
      var _ = context().write(Unpooled.wrappedBuffer(CONTINUE), context().voidPromise());
    }
  }

  private Optional<Route> route(RequestHead head) {
    byte[] bytes = head.bytes();
    if (bytes[head.targetStart()] == '/') {
      Route exact = loop.service().routes().exact(bytes, head.targetStart(), head.targetEnd());
      return exact != null ? exact.asOptional() : loop.service().routes().find(head.target());
    }
    return exchange.method == Method.CONNECT
        ? Route.NONE.asOptional()
        : AbsoluteForm.path(head.target(), loop.settings().hosts())
            .flatMap(loop.service().routes()::find);
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
    AnswerWriter.Connection connection =
        !stays
            ? AnswerWriter.Connection.CLOSE
            : exchange.http10
                ? AnswerWriter.Connection.KEEP_ALIVE
                : AnswerWriter.Connection.IMPLIED;
    ChannelHandlerContext ctx = context();
    var _ =
        ctx.write(
            loop.writer().response(ctx.alloc(), answer, exchange.isHead(), connection),
            ctx.voidPromise());
    long now = System.nanoTime();
    if (stays) {
      state = State.HEAD;
      waitUntil(now + loop.settings().limits().idleTimeout().toNanos());
    } else {
      linger(now);
    }
    return now;
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
