package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Refusal;

/**
 * What the headers say that decides where a request ends and what follows it, and whom it is for.
 * Whatever two readers could read differently here is refused.
 */
final class Framing {
  /** Digits that fit a long whatever they are. */
  private static final int LENGTH_DIGITS = 18;

  private final HeadBytes in;
  private int hosts;
  private boolean close;
  private boolean keepAlive;
  private boolean transferEncoding;
  private boolean chunked;
  private boolean expectContinue;
  private long contentLength;
  private int ifNoneMatchStart;
  private int ifNoneMatchEnd;

  Framing(HeadBytes in) {
    this.in = in;
  }

  void begin() {
    hosts = 0;
    close = false;
    keepAlive = false;
    transferEncoding = false;
    chunked = false;
    expectContinue = false;
    contentLength = RequestHead.NO_LENGTH;
    ifNoneMatchEnd = 0;
  }

  /** Takes note of a header; positive or {@link RequestHead#REFUSED}. */
  int take(int nameStart, int nameEnd, int valueStart, int valueEnd) {
    // The length of its name tells most headers from all that matter here.
    return switch (nameEnd - nameStart) {
      case 4 -> is("host", nameStart, nameEnd) ? host(valueStart, valueEnd) : in.at;
      case 6 -> is("expect", nameStart, nameEnd) ? expect(valueStart, valueEnd) : in.at;
      case 10 -> is("connection", nameStart, nameEnd) ? options(valueStart, valueEnd) : in.at;
      case 13 -> is("if-none-match", nameStart, nameEnd) ? tags(valueStart, valueEnd) : in.at;
      case 14 -> is("content-length", nameStart, nameEnd) ? length(valueStart, valueEnd) : in.at;
      case 17 -> is("transfer-encoding", nameStart, nameEnd) ? coding(valueStart, valueEnd) : in.at;
      default -> in.at;
    };
  }

  /** What the headers are together; positive or {@link RequestHead#REFUSED}. */
  int check(boolean http10, long bodyMax) {
    if (!http10 && hosts == 0) {
      return in.refuse("no Host");
    }
    if (transferEncoding && (http10 || contentLength != RequestHead.NO_LENGTH || !chunked)) {
      return in.refuse("a Transfer-Encoding that is not plain chunked");
    }
    return contentLength > bodyMax
        ? in.refuse(Refusal.BODY_TOO_LARGE, "the body is too large")
        : in.at;
  }

  /** True where the guest wants the connection to go on after the answer. */
  boolean keepsAlive(boolean http10) {
    return http10 ? keepAlive && !close : !close;
  }

  long contentLength() {
    return contentLength;
  }

  boolean isChunked() {
    return chunked;
  }

  boolean expectsContinue() {
    return expectContinue;
  }

  /** The value of {@code If-None-Match}; empty where there is none. */
  String ifNoneMatch() {
    return ifNoneMatchEnd == 0 ? "" : Bytes.text(in.bytes, ifNoneMatchStart, ifNoneMatchEnd);
  }

  private boolean is(String lowerName, int start, int end) {
    return Bytes.equalsIgnoreCase(in.bytes, start, end, lowerName);
  }

  /** Whose it names makes no difference; that it names one host and nothing else does. */
  private int host(int start, int end) {
    if (++hosts > 1) {
      return in.refuse("Host twice");
    }
    for (int i = start; i < end; i++) {
      if (!Bytes.isHost(in.bytes[i])) {
        return in.refuse("a byte that no host has");
      }
    }
    return in.at;
  }

  private int expect(int start, int end) {
    if (!is("100-continue", start, end)) {
      return in.refuse(Refusal.EXPECTATION_REFUSED, "an unknown expectation");
    }
    expectContinue = true;
    return in.at;
  }

  private int tags(int start, int end) {
    ifNoneMatchStart = start;
    ifNoneMatchEnd = end;
    return in.at;
  }

  private int coding(int start, int end) {
    if (transferEncoding) {
      return in.refuse("Transfer-Encoding twice");
    }
    transferEncoding = true;
    chunked = is("chunked", start, end);
    return in.at;
  }

  private int options(int start, int end) {
    byte[] bytes = in.bytes;
    for (int from = start; from < end; ) {
      int comma = from;
      while (comma < end && bytes[comma] != ',') {
        comma++;
      }
      int to = comma;
      while (from < to && Bytes.isBlank(bytes[from])) {
        from++;
      }
      while (to > from && Bytes.isBlank(bytes[to - 1])) {
        to--;
      }
      close |= is("close", from, to);
      keepAlive |= is("keep-alive", from, to);
      from = comma + 1;
    }
    return in.at;
  }

  private int length(int start, int end) {
    if (contentLength != RequestHead.NO_LENGTH) {
      return in.refuse("Content-Length twice");
    }
    boolean leadingZero = end - start > 1 && in.bytes[start] == '0';
    if (start == end || end - start > LENGTH_DIGITS || leadingZero) {
      return in.refuse("a Content-Length that is none");
    }
    long length = 0;
    for (int i = start; i < end; i++) {
      if (!Bytes.isDigit(in.bytes[i])) {
        return in.refuse("a Content-Length that is none");
      }
      length = length * 10 + in.bytes[i] - '0';
    }
    contentLength = length;
    return in.at;
  }
}
