package io.tapmeta.proxy.document;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The one form of a path, by Nova's rules: percent-decoded once, then dot segments and repeated
 * slashes resolved as POSIX does, no slash at the end, the query left out.
 *
 * <p>Two slashes in front are one: POSIX, and with it bare Nova, would keep them and answer the
 * version list to everything, which guests with a sloppy base address suffer from.
 */
public final class CanonicalPath {
  private CanonicalPath() {}

  /**
   * The canonical form of an origin-form target; empty where its escapes are not UTF-8.
   *
   * @param target visible ASCII that begins with a slash
   */
  public static Optional<String> of(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return decode(path).map(CanonicalPath::normalize);
  }

  /** As Python: an escape that is none stays as it is. */
  private static Optional<String> decode(String path) {
    if (path.indexOf('%') < 0) {
      return Optional.of(path);
    }
    byte[] bytes = new byte[path.length()];
    int length = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      int high = c == '%' && i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
      int low = high >= 0 ? Character.digit(path.charAt(i + 2), 16) : -1;
      if (low >= 0) {
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static String normalize(String path) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.split("/", -1)) {
      switch (segment) {
        case "", "." -> {
          // Adds nothing to the path.
        }
        case ".." -> segments.pollLast();
        default -> segments.addLast(segment);
      }
    }
    return "/" + String.join("/", segments);
  }
}
