package io.tapmeta.proxy.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What has to hold of whatever comes in. */
public final class Oracle {
  private static final int SHOWN = 400;

  private Oracle() {}

  /**
   * Throws where {@code holds} is false.
   *
   * @param rule what should have been
   * @param input what broke it
   */
  public static void hold(boolean holds, String rule, byte[] input) {
    if (!holds) {
      throw new AssertionError(rule + ", but not for " + shown(input));
    }
  }

  /** True where there is a byte below space in the text, DEL, or one that is not ASCII. */
  public static boolean hasUnprintable(String text) {
    return text.chars().anyMatch(c -> c < ' ' || c >= 0x7f);
  }

  private static String shown(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    boolean plain = text.chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\r' || c == '\n');
    String whole =
        plain
            ? text.replace("\r", "\\r").replace("\n", "\\n")
            : "0x" + HexFormat.of().formatHex(input);
    return whole.length() <= SHOWN ? whole : whole.substring(0, SHOWN) + "…";
  }
}
