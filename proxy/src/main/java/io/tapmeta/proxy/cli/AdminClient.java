package io.tapmeta.proxy.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a daemon's admin socket for one page. */
final class AdminClient {
  private static final String HEAD_END = "\r\n\r\n";

  private AdminClient() {}

  /**
   * The page's body.
   *
   * @throws IOException where nobody answers, or not with 200
   */
  static String get(Path socket, String page) throws IOException {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      String request = "GET " + page + " HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer buffer = ByteBuffer.allocate(8192);
      while (channel.read(buffer) >= 0) {
        response.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    }
    String text = response.toString(StandardCharsets.UTF_8);
    int headEnd = text.indexOf(HEAD_END);
    if (headEnd < 0 || !text.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(text.lines().findFirst().orElse("no answer"));
    }
    return text.substring(headEnd + HEAD_END.length());
  }
}
