package io.tapmeta.proxy.document;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The one form of a path: nothing in it that a second reader could take for something else. */
public final class CanonicalPathFuzz {
  private static final RouteTable routes = RouteTable.complete();

  private CanonicalPathFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    byte[] target = target(input);
    String text = new String(target, StandardCharsets.US_ASCII);
    Optional<String> canonical = CanonicalPath.of(text);
    canonical.ifPresent(path -> isCanonical(path, target));
    Route exact = routes.exact(target, 0, target.length);
    Optional<Route> found = routes.find(text);
    hold(
        exact == null || found.filter(route -> route.equals(exact)).isPresent(),
        "the short way leads where the long one does",
        target);
    hold(found.isPresent() || canonical.isEmpty(), "a path that is one has a route", target);
  }

  private static void isCanonical(String path, byte[] target) {
    hold(path.startsWith("/"), "a path begins with a slash", target);
    hold(!path.contains("//"), "no slash twice", target);
    hold(path.equals("/") || !path.endsWith("/"), "no slash at the end", target);
    hold(!(path + "/").matches("(?s).*/\\.{1,2}/.*"), "no dot segments", target);
    hold(
        Objects.equals(CanonicalPath.of(escaped(path)).orElse(""), path),
        "canonical once is canonical for ever",
        target);
  }

  /** What a parser of request heads lets through as a target that is a path. */
  private static byte[] target(byte[] input) {
    byte[] target = new byte[input.length + 1];
    target[0] = '/';
    int length = 1;
    for (byte b : input) {
      if (b > ' ' && b < 0x7f && b != '#') {
        target[length++] = b;
      }
    }
    return java.util.Arrays.copyOf(target, length);
  }

  private static String escaped(String path) {
    StringBuilder text = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b > ' ' && b < 0x7f && b != '%' && b != '?' && b != '#';
      text.append(
          plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02x", b & 0xff));
    }
    return text.toString();
  }
}
