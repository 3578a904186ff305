package io.tapmeta.proxy.config;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend listens.
 *
 * @param host a name or an address, IPv6 without brackets
 */
public record EndpointUrl(boolean tls, String host, int port) {
  static final String FORM = "a URL such as http://127.0.0.1:8775 or https://nova.example:8775";

  private static final int MAX_PORT = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /**
   * A URL without path, query, fragment and user.
   *
   * @throws IllegalArgumentException for any other
   */
  public static EndpointUrl parse(String url) {
    URI uri = URI.create(url);
    String scheme = String.valueOf(uri.getScheme());
    boolean tls = scheme.equals("https");
    @Nullable String host = uri.getHost();
    // An opaque URI, such as mailto:, has no path at all.
    String path = Objects.requireNonNullElse(uri.getRawPath(), "");
    boolean bare =
        (path.isEmpty() || path.equals("/"))
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && uri.getRawUserInfo() == null;
    if (host == null || uri.getPort() > MAX_PORT || !bare || !tls && !scheme.equals("http")) {
      throw new IllegalArgumentException(url + " (expected: " + FORM + ")");
    }
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
    return new EndpointUrl(tls, name, port);
  }

  /** The value of {@code Host}. */
  public String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority();
  }
}
