package io.tapmeta.resolver.ingress;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An Ethernet MAC address.
 *
 * @param bits its 48 bits, the first octet uppermost
 */
public record MacAddress(long bits) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

  /** What a message says was expected where a MAC address belongs. */
  public static final String FORM = "a MAC address such as fa:16:3e:5a:01:37";

  /** Six octets in hexadecimal with colons, upper or lower case. */
  public static MacAddress parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
    }
    return new MacAddress(HexFormat.fromHexDigitsToLong(text.replace(":", "")));
  }

  /** Lower case with colons. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(17);
    for (int shift = 40; shift >= 0; shift -= 8) {
      HexFormat.of().toHexDigits(text, (byte) (bits >> shift));
      if (shift > 0) {
        text.append(':');
      }
    }
    return text.toString();
  }
}
