package io.tapmeta.proxy.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A target that names a whole URL, as clients send it to proxies. Let through only where the URL is
 * ours and Host, if there is one, says the same, and then reduced to its path: this is nobody's
 * proxy, and nobody in front of it may have read the request as one for somebody else.
 */
final class AbsoluteForm {
  private static final String SCHEME = "http://";

  private AbsoluteForm() {}

  /**
   * The origin form of a target; empty where it is none of ours.
   *
   * @param host what the header says; empty where there is no such header
   * @param ours host texts of the metadata addresses, IPv6 in brackets
   */
  static Optional<String> path(String target, Optional<String> host, Set<String> ours) {
    if (!target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    String rest = target.substring(SCHEME.length());
    int end = 0;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = plain(rest.substring(0, end));
    if (!ours.contains(authority) || host.isPresent() && !plain(host.get()).equals(authority)) {
      return Optional.empty();
    }
    String path = rest.substring(end);
    return Optional.of(path.startsWith("/") ? path : "/" + path);
  }

  /** In one spelling, and without the port that http has anyway. */
  private static String plain(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    String portless = lower.endsWith(":80") ? lower.substring(0, lower.length() - 3) : lower;
    // A zone says by which of the guest's interfaces; it is the guest's business alone.
    return portless.replaceFirst("%[^\\]]*\\]$", "]");
  }
}
