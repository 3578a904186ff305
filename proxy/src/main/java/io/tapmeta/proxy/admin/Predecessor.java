package io.tapmeta.proxy.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

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
   * @throws IOException where somebody is, and does not make room in time
   */
  public static boolean retire(Path socket, Duration patience) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector end = Selector.open()) {
      if (!isReached(channel, socket)) {
        return false;
      }
      channel.configureBlocking(false);
      channel.register(end, SelectionKey.OP_READ);
      ByteBuffer answer = ByteBuffer.allocate(1024);
      long deadline = System.nanoTime() + patience.toNanos();
      // Its end of the connection goes with its listeners.
      while (channel.read(answer.clear()) >= 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IOException(
              "admin.socket: %s: has not made room within %d s (expected: a tapmeta that answers)"
                  .formatted(socket, patience.toSeconds()));
        }
        end.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        end.selectedKeys().clear();
      }
      return true;
    }
  }

  private static boolean isReached(SocketChannel channel, Path socket) {
    String request = "POST " + RETIRE + " HTTP/1.1\r\nHost: admin\r\nContent-Length: 0\r\n\r\n";
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
