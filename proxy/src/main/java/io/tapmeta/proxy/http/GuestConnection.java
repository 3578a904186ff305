package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.resolver.Resolution;
import io.tapmeta.resolver.ingress.Ingress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest's connection: reads a request, answers it, reads the next. Who the guest is was fixed
 * when the connection was accepted.
 *
 * <pre>
 *           head complete        body complete           written
 *   HEAD ───────────────▶ BODY ────────────────▶ answer ─────────▶ HEAD
 *                                                  │  ▲
 *                                no record yet     ▼  │ record there, or hold over
 *                                                  HELD
 *   a refusal that closes: LINGER, until the guest has read it
 * </pre>
 */
public final class GuestConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(GuestConnection.class);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** A guest that was refused gets this long to read why before the connection goes. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    HEAD,
    BODY,
    HELD,
    LINGER,
    CLOSED
  }

  private final GuestLoop loop;
  private final Plug plug;
  private final Ingress ingress;
  private @Nullable ChannelHandlerContext context;
  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private State state = State.HEAD;
  private long deadline;

  // The request under way.
  private Route route = Route.NONE;
  private boolean headOnly;
  private boolean keepAlive;
  private boolean http10;
  private long bodyLeft;
  private long started;

  public GuestConnection(GuestLoop loop, Plug plug, Ingress ingress) {
    this.loop = loop;
    this.plug = plug;
    this.ingress = ingress;
  }

  Plug plug() {
    return plug;
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
    proceed(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      proceed(ctx);
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
    var _ = ctx.close(ctx.voidPromise());
  }

  /** Answers a held request whose record has come. */
  void recheck() {
    if (state == State.HELD && isKnown(loop.service().resolver().resolve(ingress))) {
      release();
      answer();
      proceed(context());
    }
  }

  /** Ends the connection after the request under way, or now where there is none. */
  void drain() {
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
        release();
        refuse(Refusal.RECORD_NOT_READY);
        proceed(context());
      }
      case BODY -> refuse(Refusal.BODY_TIMEOUT);
      case HEAD -> {
        if (received.isReadable() && context().channel().isWritable()) {
          started = System.nanoTime();
          route = Route.NONE;
          refuse(Refusal.HEAD_TIMEOUT);
        } else {
          close();
        }
      }
      case LINGER, CLOSED -> close();
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
      return;
    }
    try {
      if (received.refCnt() > 1 || received.maxWritableBytes() < bytes.readableBytes()) {
        received = received.alloc().buffer().writeBytes(received);
      }
      received.discardReadBytes().writeBytes(bytes);
    } finally {
      bytes.release();
    }
    // A guest that sends on while its request waits fills no more than one head's room.
    if (received.readableBytes() > loop.settings().limits().head() && state == State.HELD) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** Goes on as far as the bytes at hand and the room to write allow. */
  private void proceed(ChannelHandlerContext ctx) {
    while (received.isReadable()
        && (state == State.HEAD || state == State.BODY)
        && ctx.channel().isWritable()) {
      if (state == State.BODY) {
        skipBody();
      } else if (!readHead()) {
        break;
      }
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
    started = System.nanoTime();
    route = Route.NONE;
    http10 = false;
    headOnly = false;
    if (taken == RequestHead.REFUSED) {
      log.debug("{}: refused, {}", ingress, head.detail());
      refuse(head.refusal());
      return true;
    }
    received.skipBytes(taken);
    begin(head);
    return true;
  }

  private void begin(RequestHead head) {
    headOnly = head.methodIs("HEAD");
    http10 = head.isHttp10();
    keepAlive = head.keepsAlive() && !loop.isDraining();
    bodyLeft = Math.max(0, head.contentLength());
    Optional<Route> found = route(head);
    if (found.isEmpty()) {
      refuse(Refusal.MALFORMED);
      return;
    }
    route = found.get();
    if (head.methodIs("CONNECT") || head.methodIs("TRACE")) {
      keepAlive &= bodyLeft == 0 && !head.isChunked();
      refuse(Refusal.METHOD_REFUSED);
    } else if (head.isChunked()) {
      refuse(Refusal.UNWANTED_BODY);
    } else if (bodyLeft == 0) {
      answer();
    } else {
      state = State.BODY;
      waitUntil(started + loop.settings().limits().bodyTimeout().toNanos());
      if (head.expectsContinue()) {
        write(Unpooled.wrappedBuffer(CONTINUE));
      }
    }
  }

  private Optional<Route> route(RequestHead head) {
    byte[] bytes = head.bytes();
    if (bytes[head.targetStart()] == '/') {
      Route exact = loop.service().routes().exact(bytes, head.targetStart(), head.targetEnd());
      return exact != null ? exact.asOptional() : loop.service().routes().find(head.target());
    }
    return head.methodIs("CONNECT")
        ? Route.NONE.asOptional()
        : AbsoluteForm.path(head.target(), loop.settings().hosts())
            .flatMap(loop.service().routes()::find);
  }

  private void skipBody() {
    int skipped = (int) Math.min(bodyLeft, received.readableBytes());
    received.skipBytes(skipped);
    bodyLeft -= skipped;
    if (bodyLeft == 0) {
      answer();
    }
  }

  /** Answers the request under way, or holds it until somebody can say who asks. */
  private void answer() {
    switch (loop.service().resolver().resolve(ingress)) {
      case Resolution.Found found -> {
        EncodedAnswer answer = loop.documents().read(found.record(), route);
        if (answer == null) {
          refuse(Refusal.UNKNOWN_PATH);
        } else {
          respond(answer, keepAlive);
          loop.service().metrics().served(route.api(), System.nanoTime() - started);
        }
      }
      case Resolution.Ambiguous _ -> {
        loop.service().metrics().identityRefused(IdentityRefusal.AMBIGUOUS);
        refuse(Refusal.AMBIGUOUS_INSTANCE);
      }
      case Resolution.Unknown _ -> {
        if (plug.isYoungerThan(loop.settings().holdNanos(), started)) {
          hold();
        } else {
          loop.service().metrics().identityRefused(IdentityRefusal.UNKNOWN);
          refuse(Refusal.UNKNOWN_INSTANCE);
        }
      }
      case Resolution.NotReady _ -> hold();
    }
  }

  private static boolean isKnown(Resolution resolution) {
    return resolution instanceof Resolution.Found || resolution instanceof Resolution.Ambiguous;
  }

  private void hold() {
    if (!plug.tryHold(loop.settings().limits().held())) {
      refuse(Refusal.RECORD_NOT_READY);
      return;
    }
    state = State.HELD;
    waitUntil(started + loop.settings().holdNanos());
  }

  private void release() {
    plug.release();
    state = State.HEAD;
    context().channel().config().setAutoRead(true);
  }

  private void refuse(Refusal refusal) {
    boolean stays = keepAlive && !refusal.closes();
    respond(Refusals.answer(refusal), stays);
    loop.service().metrics().refused(route.api(), refusal, System.nanoTime() - started);
  }

  private void respond(EncodedAnswer answer, boolean stays) {
    AnswerWriter.Connection connection =
        !stays
            ? AnswerWriter.Connection.CLOSE
            : http10 ? AnswerWriter.Connection.KEEP_ALIVE : AnswerWriter.Connection.IMPLIED;
    write(loop.writer().response(context().alloc(), answer, headOnly, connection));
    state = State.HEAD;
    long now = System.nanoTime();
    if (stays) {
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

  private void write(ByteBuf bytes) {
    var _ = context().write(bytes, context().voidPromise());
  }

  private void waitUntil(long nanos) {
    deadline = nanos;
  }
}
