package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.password.PasswordStore;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests out of the bytes of connections, up to the point where it is known what is asked
 * and whether a body follows. Belongs to one loop, whose connections it reads in turn.
 */
final class RequestReader {
  private static final Logger log = LoggerFactory.getLogger(RequestReader.class);

  private final GuestSettings settings;
  private final RouteTable routes;
  private final RequestHead head;
  private final byte[] scratch;
  private Refusal refusal = Refusal.MALFORMED;

  /** What a head led to. */
  enum Step {
    /** More bytes have to come. */
    INCOMPLETE,
    /** The request is complete. */
    COMPLETE,
    /** A body follows, which {@link Exchange#body} is there to read. */
    BODY,
    /** As {@link #BODY}, and the guest waits for leave to send it. */
    BODY_ON_LEAVE,
    /** {@link #refusal} says why. */
    REFUSED
  }

  RequestReader(GuestSettings settings, RouteTable routes) {
    this.settings = settings;
    this.routes = routes;
    this.head = new RequestHead(settings.limits());
    this.scratch = new byte[settings.limits().head()];
  }

  Refusal refusal() {
    return refusal;
  }

  /**
   * Reads a head where all of it is there, into {@code exchange}.
   *
   * @param interest in what is left of the head once its bytes are gone
   */
  Step read(ByteBuf received, Exchange exchange, Interest interest) {
    int length = Math.min(received.readableBytes(), scratch.length);
    int start = received.readerIndex();
    // Getting instead of reading would make another view of the buffer each time.
    received.readBytes(scratch, 0, length).readerIndex(start);
    int taken = head.read(scratch, length);
    if (taken == RequestHead.INCOMPLETE) {
      return Step.INCOMPLETE;
    }
    exchange.begin(System.nanoTime());
    if (taken == RequestHead.REFUSED) {
      log.debug("refused: {}", head.detail());
      return refuse(head.refusal());
    }
    received.skipBytes(taken);
    return begin(exchange, interest);
  }

  /** What of a head has to be kept. */
  interface Interest {
    /** True where the request may go to a backend, with its body. */
    boolean mayForward(Route route);

    /** True where a session token may matter. */
    boolean mayNeedToken();
  }

  private Step begin(Exchange exchange, Interest interest) {
    exchange.method = head.method();
    exchange.http10 = head.isHttp10();
    exchange.keepAlive = head.keepsAlive();
    exchange.last = !exchange.keepAlive;
    exchange.ifNoneMatch = head.ifNoneMatch();
    Optional<Route> found = route(exchange.method);
    if (found.isEmpty()) {
      return refuse(Refusal.MALFORMED);
    }
    Route route = found.get();
    exchange.route = route;
    boolean hasBody = head.isChunked() || head.contentLength() > 0;
    if (exchange.method == Method.CONNECT || exchange.method == Method.TRACE) {
      exchange.keepAlive &= !hasBody;
      exchange.last &= !hasBody;
      return refuse(Refusal.METHOD_REFUSED);
    }
    if (interest.mayNeedToken()) {
      exchange.shownToken = ShownToken.of(head);
    }
    boolean forwarded = interest.mayForward(route);
    if (forwarded) {
      exchange.keepForBackend(head);
    }
    return hasBody ? body(exchange, forwarded) : Step.COMPLETE;
  }

  private Step body(Exchange exchange, boolean forwarded) {
    int keep = bytesToKeep(exchange, forwarded);
    if (head.isChunked() && keep == 0) {
      return refuse(Refusal.UNWANTED_BODY);
    }
    exchange.body =
        new RequestBody(head.isChunked(), head.contentLength(), keep, settings.limits().body());
    return head.expectsContinue() && !exchange.http10 ? Step.BODY_ON_LEAVE : Step.BODY;
  }

  /** A body of which nothing is kept is read and forgotten: Nova ignores it too. */
  private int bytesToKeep(Exchange exchange, boolean forwarded) {
    if (exchange.method == Method.GET || exchange.method == Method.HEAD) {
      return 0;
    }
    if (forwarded) {
      return settings.limits().body();
    }
    // One byte more than fits, so that what does not fit is seen not to.
    boolean password =
        exchange.route.kind() == Route.Kind.PASSWORD && exchange.method == Method.POST;
    return password ? PasswordStore.MAX_BYTES + 1 : 0;
  }

  private Optional<Route> route(Method method) {
    if (scratch[head.targetStart()] == '/') {
      Route exact = routes.exact(scratch, head.targetStart(), head.targetEnd());
      return exact != null ? exact.asOptional() : routes.find(head.target());
    }
    if (method == Method.CONNECT) {
      return Route.NONE.asOptional();
    }
    Optional<String> host = head.has("host") ? Optional.of(head.header("host")) : Optional.empty();
    return AbsoluteForm.path(head.target(), host, settings.hosts()).flatMap(routes::find);
  }

  private Step refuse(Refusal why) {
    refusal = why;
    return Step.REFUSED;
  }
}
