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
 *   GET /openstack/latest/meta_data.json HTTP/1.1 CRLF
 *   Host: 169.254.169.254 CRLF
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

  private static final int METHOD_MAX = 32;

  /** Digits that fit a long whatever they are. */
  private static final int LENGTH_DIGITS = 18;

  private final Limits limits;
  private byte[] bytes = new byte[0];
  private int end;
  private int at;
  private Refusal refusal = Refusal.MALFORMED;
  private String detail = "";

  private int methodStart;
  private int methodEnd;
  private int targetStart;
  private int targetEnd;
  private boolean http10;
  private int hosts;
  private boolean close;
  private boolean keepAlive;
  private boolean transferEncoding;
  private boolean chunked;
  private boolean expectContinue;
  private long contentLength;
  private int ifNoneMatchStart;
  private int headersStart;
  private int headEnd;
  private int ifNoneMatchEnd;

  RequestHead(Limits limits) {
    this.limits = limits;
  }

  /**
   * Reads a head that starts at index 0.
   *
   * @return how many bytes it took, {@link #INCOMPLETE} or {@link #REFUSED}
   */
  int read(byte[] from, int length) {
    bytes = from;
    end = length;
    at = 0;
    hosts = 0;
    close = false;
    keepAlive = false;
    transferEncoding = false;
    chunked = false;
    expectContinue = false;
    contentLength = NO_LENGTH;
    ifNoneMatchEnd = 0;
    // RFC 9112 2.2: one empty line before a request is let through, for old clients.
    if (end > 0 && bytes[0] == '\r') {
      if (end == 1) {
        return INCOMPLETE;
      }
      at = bytes[1] == '\n' ? 2 : 0;
    }
    int step = requestLine();
    headersStart = at;
    for (int lines = 0; step > 0; lines++) {
      if (at < end && bytes[at] == '\r') {
        if (at + 1 == end) {
          return tooLargeOrIncomplete();
        }
        headEnd = at;
        return bytes[at + 1] == '\n' ? finish(at + 2) : refuse("a bare CR");
      }
      if (lines == limits.headers() && at < end) {
        return refuse(Refusal.HEAD_TOO_LARGE, "too many headers");
      }
      step = header();
    }
    return step == INCOMPLETE ? tooLargeOrIncomplete() : REFUSED;
  }

  /** Why the head was refused. */
  Refusal refusal() {
    return refusal;
  }

  /** What was wrong, in words for the log; never shown to the guest. */
  String detail() {
    return detail;
  }

  Method method() {
    for (Method known : Method.NAMED) {
      if (Bytes.equals(bytes, methodStart, methodEnd, known.name())) {
        return known;
      }
    }
    return Method.OTHER;
  }

  /**
   * A header's value, looked for line by line; empty where it is absent or not there just once.
   *
   * @param lowerName in lower case
   */
  String header(String lowerName) {
    String found = "";
    boolean seen = false;
    int line = headersStart;
    while (line < headEnd) {
      int colon = line;
      while (bytes[colon] != ':') {
        colon++;
      }
      int lineEnd = colon;
      while (bytes[lineEnd] != '\r') {
        lineEnd++;
      }
      if (Bytes.equalsIgnoreCase(bytes, line, colon, lowerName)) {
        if (seen) {
          return "";
        }
        seen = true;
        found = Bytes.text(bytes, colon + 1, lineEnd).strip();
      }
      line = lineEnd + 2;
    }
    return found;
  }

  /** The value of {@code If-None-Match}; empty where there is none. */
  String ifNoneMatch() {
    return ifNoneMatchEnd == 0 ? "" : Bytes.text(bytes, ifNoneMatchStart, ifNoneMatchEnd);
  }

  /** The bytes of which {@link #targetStart} and {@link #targetEnd} are indexes. */
  byte[] bytes() {
    return bytes;
  }

  int targetStart() {
    return targetStart;
  }

  int targetEnd() {
    return targetEnd;
  }

  boolean isHttp10() {
    return http10;
  }

  /** True where the guest wants the connection to go on after the answer. */
  boolean keepsAlive() {
    return http10 ? keepAlive && !close : !close;
  }

  /** Bytes of body that follow, or {@link #NO_LENGTH}. */
  long contentLength() {
    return contentLength;
  }

  boolean isChunked() {
    return chunked;
  }

  boolean expectsContinue() {
    return expectContinue;
  }

  private int requestLine() {
    int start = at;
    while (at < end && Bytes.isToken(bytes[at])) {
      at++;
    }
    if (at - start > METHOD_MAX) {
      return refuse("a method without end");
    }
    if (at == end) {
      return INCOMPLETE;
    }
    if (bytes[at] != ' ' || at == start) {
      return refuse("a request line that is none");
    }
    methodStart = start;
    methodEnd = at++;
    targetStart = at;
    while (at < end && Bytes.isTarget(bytes[at])) {
      at++;
    }
    if (at - start > limits.requestLine()) {
      return refuse(Refusal.REQUEST_LINE_TOO_LONG, "the request line is too long");
    }
    if (at == end) {
      return INCOMPLETE;
    }
    if (bytes[at] != ' ' || at == targetStart) {
      return refuse("a byte that no target has");
    }
    targetEnd = at++;
    return version();
  }

  private int version() {
    int start = at;
    while (at < end && at - start < 8 && bytes[at] > ' ') {
      at++;
    }
    if (at == end || at - start == 8 && at + 1 >= end) {
      return INCOMPLETE;
    }
    if (at - start != 8 || bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return refuse("a version that is none");
    }
    if (Bytes.equals(bytes, start, at, "HTTP/1.1")) {
      http10 = false;
    } else if (Bytes.equals(bytes, start, at, "HTTP/1.0")) {
      http10 = true;
    } else if (Bytes.equals(bytes, start, start + 5, "HTTP/")
        && Bytes.isDigit(bytes[start + 5])
        && bytes[start + 6] == '.'
        && Bytes.isDigit(bytes[start + 7])) {
      return refuse(Refusal.UNKNOWN_VERSION, "an unknown version");
    } else {
      return refuse("a version that is none");
    }
    at += 2;
    return at;
  }

  private int header() {
    int nameStart = at;
    while (at < end && Bytes.isToken(bytes[at])) {
      at++;
    }
    if (at == end) {
      return INCOMPLETE;
    }
    if (bytes[at] != ':' || at == nameStart) {
      return refuse("a header's name that is none");
    }
    int nameEnd = at++;
    while (at < end && isBlank(bytes[at])) {
      at++;
    }
    int valueStart = at;
    while (at < end && Bytes.isValue(bytes[at])) {
      at++;
    }
    if (at == end || bytes[at] == '\r' && at + 1 == end) {
      return INCOMPLETE;
    }
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return refuse("a byte that no header's value has");
    }
    int valueEnd = at;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    at += 2;
    return known(nameStart, nameEnd, valueStart, valueEnd);
  }

  /** Takes note of the headers that decide where the request ends and what follows it. */
  private int known(int nameStart, int nameEnd, int valueStart, int valueEnd) {
    switch (nameEnd - nameStart) {
      case 4 -> {
        if (Bytes.equalsIgnoreCase(bytes, nameStart, nameEnd, "host") && ++hosts > 1) {
          return refuse("Host twice");
        }
      }
      case 6 -> {
        if (Bytes.equalsIgnoreCase(bytes, nameStart, nameEnd, "expect")) {
          if (!Bytes.equalsIgnoreCase(bytes, valueStart, valueEnd, "100-continue")) {
            return refuse(Refusal.EXPECTATION_REFUSED, "an unknown expectation");
          }
          expectContinue = true;
        }
      }
      case 10 -> {
        if (Bytes.equalsIgnoreCase(bytes, nameStart, nameEnd, "connection")) {
          connectionOptions(valueStart, valueEnd);
        }
      }
      case 13 -> {
        if (Bytes.equalsIgnoreCase(bytes, nameStart, nameEnd, "if-none-match")) {
          ifNoneMatchStart = valueStart;
          ifNoneMatchEnd = valueEnd;
        }
      }
      case 14 -> {
        if (Bytes.equalsIgnoreCase(bytes, nameStart, nameEnd, "content-length")) {
          return length(valueStart, valueEnd);
        }
      }
      case 17 -> {
        if (Bytes.equalsIgnoreCase(bytes, nameStart, nameEnd, "transfer-encoding")) {
          if (transferEncoding) {
            return refuse("Transfer-Encoding twice");
          }
          transferEncoding = true;
          chunked = Bytes.equalsIgnoreCase(bytes, valueStart, valueEnd, "chunked");
        }
      }
      default -> {
        // Nothing that decides how to read the request.
      }
    }
    return at;
  }

  private void connectionOptions(int start, int valueEnd) {
    for (int from = start; from < valueEnd; ) {
      int comma = from;
      while (comma < valueEnd && bytes[comma] != ',') {
        comma++;
      }
      int to = comma;
      while (from < to && isBlank(bytes[from])) {
        from++;
      }
      while (to > from && isBlank(bytes[to - 1])) {
        to--;
      }
      close |= Bytes.equalsIgnoreCase(bytes, from, to, "close");
      keepAlive |= Bytes.equalsIgnoreCase(bytes, from, to, "keep-alive");
      from = comma + 1;
    }
  }

  private int length(int start, int valueEnd) {
    if (contentLength != NO_LENGTH) {
      return refuse("Content-Length twice");
    }
    boolean leadingZero = valueEnd - start > 1 && bytes[start] == '0';
    if (start == valueEnd || valueEnd - start > LENGTH_DIGITS || leadingZero) {
      return refuse("a Content-Length that is none");
    }
    long length = 0;
    for (int i = start; i < valueEnd; i++) {
      if (!Bytes.isDigit(bytes[i])) {
        return refuse("a Content-Length that is none");
      }
      length = length * 10 + bytes[i] - '0';
    }
    contentLength = length;
    return at;
  }

  private int finish(int taken) {
    if (taken > limits.head()) {
      return refuse(Refusal.HEAD_TOO_LARGE, "the head is too large");
    }
    if (!http10 && hosts == 0) {
      return refuse("no Host");
    }
    if (transferEncoding && (http10 || contentLength != NO_LENGTH || !chunked)) {
      return refuse("a Transfer-Encoding that is not plain chunked");
    }
    if (contentLength > limits.body()) {
      return refuse(Refusal.BODY_TOO_LARGE, "the body is too large");
    }
    return taken;
  }

  private int tooLargeOrIncomplete() {
    return end >= limits.head()
        ? refuse(Refusal.HEAD_TOO_LARGE, "the head is too large")
        : INCOMPLETE;
  }

  private int refuse(String what) {
    return refuse(Refusal.MALFORMED, what);
  }

  private int refuse(Refusal why, String what) {
    refusal = why;
    detail = what;
    return REFUSED;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  String methodName() {
    return Bytes.text(bytes, methodStart, methodEnd);
  }

  /** What follows the target's question mark; empty where nothing does. */
  String query() {
    for (int i = targetStart; i < targetEnd; i++) {
      if (bytes[i] == '?') {
        return Bytes.text(bytes, i + 1, targetEnd);
      }
    }
    return "";
  }

  /** The request target as text, for messages and for targets that take more than a look-up. */
  String target() {
    return Bytes.text(bytes, targetStart, targetEnd);
  }
}
