package io.tapmeta.proxy.http;

/** The header lines of a head: read one after the other, looked up afterwards. */
final class HeaderLines {
  private final HeadBytes in;
  private final Framing framing;
  private int start;
  private int end;

  HeaderLines(HeadBytes in, Framing framing) {
    this.in = in;
    this.framing = framing;
  }

  /** The first line is where the bytes are read to. */
  void begin() {
    start = in.at;
    framing.begin();
  }

  /** The line that is read to is the empty one. */
  void end() {
    end = in.at;
  }

  /** Reads a line; positive, {@link RequestHead#INCOMPLETE} or {@link RequestHead#REFUSED}. */
  int read() {
    byte[] bytes = in.bytes;
    int limit = in.end;
    int at = in.at;
    int nameStart = at;
    while (at < limit && Bytes.isToken(bytes[at])) {
      at++;
    }
    if (at == limit) {
      return RequestHead.INCOMPLETE;
    }
    if (bytes[at] != ':' || at == nameStart) {
      return in.refuse("a header's name that is none");
    }
    int nameEnd = at++;
    while (at < limit && Bytes.isBlank(bytes[at])) {
      at++;
    }
    int valueStart = at;
    while (at < limit && Bytes.isValue(bytes[at])) {
      at++;
    }
    if (at == limit || bytes[at] == '\r' && at + 1 == limit) {
      return RequestHead.INCOMPLETE;
    }
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return in.refuse("a byte that no header's value has");
    }
    int valueEnd = at;
    while (valueEnd > valueStart && Bytes.isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    in.at = at + 2;
    return framing.take(nameStart, nameEnd, valueStart, valueEnd);
  }

  /**
   * A header's value, looked for line by line; empty where it is absent or not there just once.
   *
   * @param lowerName in lower case
   */
  String value(String lowerName) {
    String found = "";
    boolean seen = false;
    for (int line = start; line < end; line = next(line)) {
      int colon = colon(line);
      if (Bytes.equalsIgnoreCase(in.bytes, line, colon, lowerName)) {
        if (seen) {
          return "";
        }
        seen = true;
        found = Bytes.text(in.bytes, colon + 1, next(line) - 2).strip();
      }
    }
    return found;
  }

  /** True where there is such a header, once or more. */
  boolean has(String lowerName) {
    for (int line = start; line < end; line = next(line)) {
      if (Bytes.equalsIgnoreCase(in.bytes, line, colon(line), lowerName)) {
        return true;
      }
    }
    return false;
  }

  private int colon(int line) {
    int colon = line;
    while (in.bytes[colon] != ':') {
      colon++;
    }
    return colon;
  }

  private int next(int line) {
    int lineEnd = line;
    while (in.bytes[lineEnd] != '\r') {
      lineEnd++;
    }
    return lineEnd + 2;
  }
}
