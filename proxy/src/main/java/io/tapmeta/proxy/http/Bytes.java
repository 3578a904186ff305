package io.tapmeta.proxy.http;

import java.nio.charset.StandardCharsets;

/** Byte classes of RFC 9110 and 9112 as tables, and comparison of ASCII bytes. */
final class Bytes {
  private static final byte TOKEN = 1;
  private static final byte TARGET = 2;
  private static final byte VALUE = 4;
  private static final byte HOST = 8;
  private static final byte[] CLASSES = classes();

  private Bytes() {}

  /** A character of a method or of a header's name. */
  static boolean isToken(byte b) {
    return (CLASSES[b & 0xff] & TOKEN) != 0;
  }

  /** A character that a request's target may have: visible ASCII, no fragment. */
  static boolean isTarget(byte b) {
    return (CLASSES[b & 0xff] & TARGET) != 0;
  }

  /** A character of a header's value: visible, space, tab, or beyond ASCII. */
  static boolean isValue(byte b) {
    return (CLASSES[b & 0xff] & VALUE) != 0;
  }

  /** A character of a host and its port, IPv6 literals with any zone among them. */
  static boolean isHost(byte b) {
    return (CLASSES[b & 0xff] & HOST) != 0;
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Compares with an ASCII text, whatever the case of its letters. {@code lower} is lower case. */
  static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      int folded = b >= 'A' && b <= 'Z' ? b + 32 : b;
      if (folded != lower.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }

  static boolean equals(byte[] bytes, int from, int to, String ascii) {
    if (to - from != ascii.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] != ascii.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }

  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int b = 0; b < 256; b++) {
      boolean letterOrDigit = b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z';
      if (letterOrDigit || b != 0 && "!#$%&'*+-.^_`|~".indexOf(b) >= 0) {
        classes[b] |= TOKEN;
      }
      if (letterOrDigit || b != 0 && "-._~!$&'()*+,;=:%[]".indexOf(b) >= 0) {
        classes[b] |= HOST;
      }
      if (b > ' ' && b < 0x7f && b != '#') {
        classes[b] |= TARGET;
      }
      if (b == '\t' || b >= ' ' && b != 0x7f) {
        classes[b] |= VALUE;
      }
    }
    return classes;
  }
}
