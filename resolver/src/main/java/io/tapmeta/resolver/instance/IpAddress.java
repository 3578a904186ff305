package io.tapmeta.resolver.instance;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * An IP address, which guests are shown just as the record writes it.
 *
 * @param text as written
 */
public record IpAddress(String text) {
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

  /** No leading zeros: some readers take them for octal. */
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

  private static final Pattern LONG_GROUP = Pattern.compile("[0-9a-fA-F]{5}");

  /** What a message says was expected where an address belongs. */
  public static final String FORM = "an IPv4 or IPv6 address";

  /** A dotted quad, or an IPv6 address without a zone. */
  public static IpAddress parse(String text) {
    bytes(text);
    return new IpAddress(text);
  }

  /** An address in the form of {@code inet_ntop(3)}. */
  public static String canonical(InetAddress address) {
    return IpText.of(address.getAddress());
  }

  public boolean isV6() {
    return text.indexOf(':') >= 0;
  }

  /** The address in network order: 4 or 16 bytes. */
  public byte[] bytes() {
    return bytes(text);
  }

  private static byte[] bytes(String text) {
    if (text.indexOf(':') < 0) {
      if (!V4.matcher(text).matches()) {
        throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
      }
      return InetAddress.ofLiteral(text).getAddress();
    }
    if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
    }
    String last = text.substring(text.lastIndexOf(':') + 1);
    if (LONG_GROUP.matcher(text).find() || last.indexOf('.') >= 0 && !V4.matcher(last).matches()) {
      throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
    }
    byte[] bytes = Inet6Address.ofLiteral(text).getAddress();
    return bytes.length == 16 ? bytes : mapped(bytes);
  }

  /** Java unwraps an IPv4-mapped address; the record meant sixteen bytes. */
  private static byte[] mapped(byte[] v4) {
    byte[] bytes = new byte[16];
    bytes[10] = (byte) 0xff;
    bytes[11] = (byte) 0xff;
    System.arraycopy(v4, 0, bytes, 12, 4);
    return bytes;
  }
}
