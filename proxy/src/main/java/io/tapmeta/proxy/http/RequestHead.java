package io.tapmeta.proxy.http;

import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.gate.Refusal;

/**
 * A request's head, read from bytes that hold all of it, strictly: what two readers could read
 * differently is refused, never repaired.
 *
 * <p>One object a loop, overwritten by each request, so that reading one allocates nothing; it is
 * valid until the next call of {@link #read} on the same loop.
 *
 * <pre>
 *   GET /openstack/latest/meta_data.json HTTP/1.1 CRLF     RequestLine
 *   Host: 169.254.169.254 CRLF                             HeaderLines, with what matters in Framing
 *   CRLF
 * </pre>
 */
final class RequestHead {
  /** More bytes are needed. */
  static final int INCOMPLETE = 0;

  /** The head is refused; {@link #refusal} says why. */
  static final int REFUSED = -1;

  /** {@link #contentLength} where the request names no length. */
  static final long NO_LENGTH = -1;

  private final Limits limits;
  private final HeadBytes in = new HeadBytes();
  private final RequestLine line;
  private final Framing framing = new Framing(in);
  private final HeaderLines headers = new HeaderLines(in, framing);

  RequestHead(Limits limits) {
    this.limits = limits;
    this.line = new RequestLine(in, limits.requestLine());
  }

  /**
   * Reads a head that starts at index 0.
   *
   * @return how many bytes it took, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  int read(byte[] from, int length) {
    in.begin(from, length);
    // RFC 9112 2.2: one empty line before a request is let through, for old clients.
    if (length > 0 && from[0] == '\r') {
      if (length == 1) {
        return INCOMPLETE;
      }
      in.at = from[1] == '\n' ? 2 : 0;
    }
    int step = line.read();
    headers.begin();
    for (int lines = 0; step > 0; lines++) {
      int at = in.at;
      if (at < length && from[at] == '\r') {
        if (at + 1 == length) {
          return tooLargeOrIncomplete();
        }
        headers.end();
        return from[at + 1] == '\n' ? finish(at + 2) : in.refuse("a bare CR");
      }
      if (lines == limits.headers() && at < length) {
        return in.refuse(Refusal.HEAD_TOO_LARGE, "too many headers");
      }
      step = headers.read();
    }
    return step == INCOMPLETE ? tooLargeOrIncomplete() : REFUSED;
  }

  private int finish(int taken) {
    if (taken > limits.head()) {
      return in.refuse(Refusal.HEAD_TOO_LARGE, "the head is too large");
    }
    return framing.check(line.isHttp10(), limits.body()) > 0 ? taken : REFUSED;
  }

  private int tooLargeOrIncomplete() {
    return in.end >= limits.head()
        ? in.refuse(Refusal.HEAD_TOO_LARGE, "the head is too large")
        : INCOMPLETE;
  }

  /** Why the head was refused. */
  Refusal refusal() {
    return in.refusal();
  }

  /** What was wrong, in words for the log; never shown to the guest. */
  String detail() {
    return in.detail();
  }

  Method method() {
    return line.method();
  }

  String methodName() {
    return line.methodName();
  }

  int targetStart() {
    return line.targetStart();
  }

  int targetEnd() {
    return line.targetEnd();
  }

  /** The request target as text, for messages and for targets that take more than a look-up. */
  String target() {
    return line.target();
  }

  /** What follows the target's question mark; empty where nothing does. */
  String query() {
    return line.query();
  }

  boolean isHttp10() {
    return line.isHttp10();
  }

  /**
   * A header's value; empty where it is absent or not there just once.
   *
   * @param lowerName in lower case
   */
  String header(String lowerName) {
    return headers.value(lowerName);
  }

  /** True where there is such a header, once or more. */
  boolean has(String lowerName) {
    return headers.has(lowerName);
  }

  /** The value of {@code If-None-Match}; empty where there is none. */
  String ifNoneMatch() {
    return framing.ifNoneMatch();
  }

  /** True where the guest wants the connection to go on after the answer. */
  boolean keepsAlive() {
    return framing.keepsAlive(line.isHttp10());
  }

  /** Bytes of body that follow, or {@link #NO_LENGTH}. */
  long contentLength() {
    return framing.contentLength();
  }

  boolean isChunked() {
    return framing.isChunked();
  }

  boolean expectsContinue() {
    return framing.expectsContinue();
  }
}
