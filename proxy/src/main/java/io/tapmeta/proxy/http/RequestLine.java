package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Refusal;

/** The first line of a head: method, target and version, with one space between them. */
final class RequestLine {
  private static final int METHOD_MAX = 32;
  private static final int VERSION_BYTES = "HTTP/1.1".length();

  private final HeadBytes in;
  private final int targetMax;
  private int methodStart;
  private int methodEnd;
  private int targetStart;
  private int targetEnd;
  private boolean http10;

  RequestLine(HeadBytes in, int targetMax) {
    this.in = in;
    this.targetMax = targetMax;
  }

  /** Reads it; positive, {@link RequestHead#INCOMPLETE} or {@link RequestHead#REFUSED}. */
  int read() {
    byte[] bytes = in.bytes;
    int end = in.end;
    int at = in.at;
    int start = at;
    while (at < end && Bytes.isToken(bytes[at])) {
      at++;
    }
    if (at - start > METHOD_MAX) {
      return in.refuse("a method without end");
    }
    if (at == end) {
      return RequestHead.INCOMPLETE;
    }
    if (bytes[at] != ' ' || at == start) {
      return in.refuse("a request line that is none");
    }
    methodStart = start;
    methodEnd = at++;
    targetStart = at;
    while (at < end && Bytes.isTarget(bytes[at])) {
      at++;
    }
    if (at - start > targetMax) {
      return in.refuse(Refusal.REQUEST_LINE_TOO_LONG, "the request line is too long");
    }
    if (at == end) {
      return RequestHead.INCOMPLETE;
    }
    if (bytes[at] != ' ' || at == targetStart) {
      return in.refuse("a byte that no target has");
    }
    targetEnd = at++;
    return version(at);
  }

  private int version(int start) {
    byte[] bytes = in.bytes;
    int end = in.end;
    int at = start;
    while (at < end && at - start < VERSION_BYTES && bytes[at] > ' ') {
      at++;
    }
    if (at == end || at - start == VERSION_BYTES && at + 1 >= end) {
      return RequestHead.INCOMPLETE;
    }
    if (at - start != VERSION_BYTES || bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return in.refuse("a version that is none");
    }
    if (Bytes.equals(bytes, start, at, "HTTP/1.1")) {
      http10 = false;
    } else if (Bytes.equals(bytes, start, at, "HTTP/1.0")) {
      http10 = true;
    } else if (Bytes.equals(bytes, start, start + 5, "HTTP/")
        && Bytes.isDigit(bytes[start + 5])
        && bytes[start + 6] == '.'
        && Bytes.isDigit(bytes[start + 7])) {
      return in.refuse(Refusal.UNKNOWN_VERSION, "an unknown version");
    } else {
      return in.refuse("a version that is none");
    }
    in.at = at + 2;
    return in.at;
  }

  Method method() {
    for (int i = 0; i < Method.NAMED.size(); i++) {
      Method known = Method.NAMED.get(i);
      if (Bytes.equals(in.bytes, methodStart, methodEnd, known.name())) {
        return known;
      }
    }
    return Method.OTHER;
  }

  String methodName() {
    return Bytes.text(in.bytes, methodStart, methodEnd);
  }

  int targetStart() {
    return targetStart;
  }

  int targetEnd() {
    return targetEnd;
  }

  /** The request target as text, for messages and for targets that take more than a look-up. */
  String target() {
    return Bytes.text(in.bytes, targetStart, targetEnd);
  }

  /** What follows the target's question mark; empty where nothing does. */
  String query() {
    for (int i = targetStart; i < targetEnd; i++) {
      if (in.bytes[i] == '?') {
        return Bytes.text(in.bytes, i + 1, targetEnd);
      }
    }
    return "";
  }

  boolean isHttp10() {
    return http10;
  }
}
