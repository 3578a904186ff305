package io.tapmeta.proxy.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A target that names a whole URL, as clients send it to proxies. Let through only where the URL is
 * ours, and then reduced to its path: this is nobody's proxy.
 */
final class AbsoluteForm {
  private static final String SCHEME = "http://";

  private AbsoluteForm() {}

  /**
   * The origin form of a target.
   *
   * @param ours host texts of the metadata addresses, IPv6 in brackets
   */
  static Optional<String> path(String target, Set<String> ours) {
    if (!target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    String rest = target.substring(SCHEME.length());
    int end = 0;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end).toLowerCase(Locale.ROOT);
    String portless =
        authority.endsWith(":80") ? authority.substring(0, authority.length() - 3) : authority;
    // A zone says by which of the guest's interfaces; it is the guest's business alone.
    String host = portless.replaceFirst("%[^\\]]*\\]$", "]");
    if (!ours.contains(host)) {
      return Optional.empty();
    }
    String path = rest.substring(end);
    return Optional.of(path.startsWith("/") ? path : "/" + path);
  }
}
