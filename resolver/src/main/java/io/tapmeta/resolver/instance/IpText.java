package io.tapmeta.resolver.instance;

import java.util.Arrays;

/**
 * Addresses as text in the form of {@code inet_ntop(3)}, which is what Nova prints: IPv6 in lower
 * case with the longest run of two or more zero groups compressed. Java's own text does not
 * compress.
 */
final class IpText {
  private IpText() {}

  static String of(byte[] address) {
    return address.length == 4 ? v4(address) : v6(address);
  }

  private static String v4(byte[] address) {
    return (address[0] & 0xff)
        + "."
        + (address[1] & 0xff)
        + "."
        + (address[2] & 0xff)
        + "."
        + (address[3] & 0xff);
  }

  private static String v6(byte[] address) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
    }
    int gapStart = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > gapLength) {
        gapStart = i;
        gapLength = length;
      }
    }
    // As inet_ntop: what is or maps an IPv4 address ends in a dotted quad.
    boolean quad = gapStart == 0 && (gapLength == 6 || gapLength == 5 && groups[5] == 0xffff);
    if (quad) {
      String v4 = v4(Arrays.copyOfRange(address, 12, 16));
      return gapLength == 6 ? "::" + v4 : "::ffff:" + v4;
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
