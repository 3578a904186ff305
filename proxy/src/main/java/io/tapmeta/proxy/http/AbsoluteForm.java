package io.tapmeta.proxy.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A target that names a whole URL, as clients send it to proxies. Let through only where the URL is
 * ours and the Host, if there is one, says the same, and then reduced to its path: this is nobody's
 * proxy.
 */
final class AbsoluteForm {
  private static final String SCHEME = "http://";

  private AbsoluteForm() {}

  /**
   * The origin form of a target.
   *
   * @param hostHeader empty where there is none
   * @param ours host texts of the metadata addresses, IPv6 in brackets
   */
  static Optional<String> path(String target, String hostHeader, Set<String> ours) {
    if (!target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    String rest = target.substring(SCHEME.length());
    int end = 0;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String host = host(rest.substring(0, end));
    if (!ours.contains(host) || !hostHeader.isEmpty() && !host(hostHeader).equals(host)) {
      return Optional.empty();
    }
    String path = rest.substring(end);
    return Optional.of(path.startsWith("/") ? path : "/" + path);
  }

  /** Without the port that http has anyway, and in one spelling. */
  private static String host(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    String portless = lower.endsWith(":80") ? lower.substring(0, lower.length() - 3) : lower;
    // A zone says by which of the guest's interfaces; it is the guest's business alone.
    return portless.replaceFirst("%[^\\]]*\\]$", "]");
  }
}
