package io.tapmeta.proxy.config;

import io.tapmeta.resolver.instance.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An address and a port as one text: {@code 127.0.0.1:9775}, {@code [::1]:9775}. */
final class ListenAddress {
  private static final int MAX_PORT = 65_535;

  private ListenAddress() {}

  /** Port 0 asks for any free one. */
  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
      throw new IllegalArgumentException(text);
    }
    IpAddress address = IpAddress.parse(host);
    if (address.isV6() != bracketed) {
      throw new IllegalArgumentException(text);
    }
    return new InetSocketAddress(InetAddress.ofLiteral(address.text()), Integer.parseInt(port));
  }
}
