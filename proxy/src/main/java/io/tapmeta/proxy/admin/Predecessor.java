package io.tapmeta.proxy.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The tapmeta that this one takes the place of, as it is reached over its admin socket. */
public final class Predecessor {
  /** The page that has a daemon make room; over the socket only, which is its user's alone. */
  static final String RETIRE = "/retire";

  private Predecessor() {}

  /**
   * Has it stop listening, for guests and for operators, and end when those whom it serves are
   * served; waits until its listeners are closed.
   *
   * @return false where nobody is there
   */
  public static boolean retire(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      String request = "POST " + RETIRE + " HTTP/1.1\r\nHost: admin\r\nContent-Length: 0\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(1024);
      // Its end of the connection goes with its listeners.
      while (channel.read(answer) >= 0) {
        answer.clear();
      }
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
