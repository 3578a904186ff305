package io.tapmeta.proxy.listen;

import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.kernel.SynFilter;
import io.tapmeta.proxy.wire.ListeningSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of one generation of an attachment: a tap that is plugged anew under its old
 * name, an interface or a namespace that is made anew, is another generation.
 *
 * @param namespace the namespace's inode, which tells it from a later one of the same name
 * @param tapIndex which tells the tap from a later one of the same name; 0 where it is not to be
 *     seen from here
 */
record GuestListener(
    Plug plug,
    GuestLoop loop,
    List<ListeningSocket> sockets,
    Optional<Long> namespace,
    int tapIndex) {
  private static final Logger log = LoggerFactory.getLogger(GuestListener.class);
  private static final ByteBuffer NO_SYN = SynFilter.program();

  /**
   * Stops listening, so that no socket keeps a deleted namespace alive, and closes the connections
   * that came in here: whoever is plugged in next is somebody else.
   */
  void close() {
    stopAccepting();
    loop.executor().execute(() -> loop.unplug(plug));
  }

  /**
   * Takes in no new connection, and those whose handshake has begun. Without CAP_NET_ADMIN the kernel
   * leaves only to close, by which whoever asks meanwhile is refused.
   */
  void refuseNew() {
    for (ListeningSocket socket : sockets) {
      try {
        socket.setRawOpt(
            SocketOption.SOL_SOCKET, SocketOption.SO_ATTACH_FILTER, NO_SYN.duplicate());
      } catch (IOException e) {
        log.warn("{}: closed at once: {}", plug.attachment().name(), e.getMessage());
        socket.stop();
      }
    }
  }

  /**
   * Has SYN-ACKs from now on take no more hops than this; each connection has its own guest's limit
   * put in force by itself.
   */
  void limitHops(int hops) throws IOException {
    plug.hopsChange();
    for (ListeningSocket socket : sockets) {
      socket.limitHops(hops);
    }
  }

  /** Stops listening and leaves the connections alone. */
  void stopAccepting() {
    sockets.forEach(ListeningSocket::stop);
  }

  /**
   * Whether the interface that the sockets are bound to is still there. The kernel knows it by
   * index, so one made anew under its name is another; and it tells without a visit.
   */
  boolean hasInterface() {
    try {
      for (ListeningSocket socket : sockets) {
        ByteBuffer name = ByteBuffer.allocate(SocketOption.IFNAMSIZ);
        socket.getRawOpt(SocketOption.SOL_SOCKET, SocketOption.SO_BINDTODEVICE, name);
      }
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
