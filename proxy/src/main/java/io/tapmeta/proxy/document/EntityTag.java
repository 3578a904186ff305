package io.tapmeta.proxy.document;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Strong entity tags, made of what they stand for, and the matching of guests' conditions. */
public final class EntityTag {
  /** Enough that no two documents ever share a tag. */
  private static final int BYTES = 16;

  private EntityTag() {}

  /** In quotes, as headers have it. */
  static String of(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return '"' + HexFormat.of().formatHex(digest, 0, BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * True where an {@code If-None-Match} names the tag, compared weakly as RFC 9110 13.1.2 has it.
   *
   * @param condition a list of tags, or an asterisk
   */
  public static boolean matches(String condition, String tag) {
    if (tag.isEmpty()) {
      return false;
    }
    for (String candidate : condition.split(",", -1)) {
      String known = candidate.strip();
      if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}
