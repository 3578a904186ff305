package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Refusal;

/** The bytes of a head, how far they are read, and what was wrong with them. */
final class HeadBytes {
  byte[] bytes = new byte[0];
  int end;
  int at;
  private Refusal refusal = Refusal.MALFORMED;
  private String detail = "";

  /** Begins with other bytes, at index 0. */
  void begin(byte[] from, int length) {
    bytes = from;
    end = length;
    at = 0;
  }

  int refuse(String what) {
    return refuse(Refusal.MALFORMED, what);
  }

  int refuse(Refusal why, String what) {
    refusal = why;
    detail = what;
    return RequestHead.REFUSED;
  }

  Refusal refusal() {
    return refusal;
  }

  String detail() {
    return detail;
  }
}
