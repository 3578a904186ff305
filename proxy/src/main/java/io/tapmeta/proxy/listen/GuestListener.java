package io.tapmeta.proxy.listen;

import io.netty.channel.Channel;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import java.util.List;
import java.util.Optional;

/**
 * The listening sockets of one generation of an attachment.
 *
 * @param namespace the namespace's inode, which tells it from a later one of the same name
 * @param interfaceIndex which tells the interface from a later one of the same name
 */
record GuestListener(
    Plug plug,
    GuestLoop loop,
    List<Channel> sockets,
    Optional<Long> namespace,
    int interfaceIndex) {

  /**
   * Stops listening, so that no socket keeps a deleted namespace alive, and closes the connections
   * that came in here: whoever is plugged in next is somebody else.
   */
  void close() {
    stopAccepting();
    loop.executor().execute(() -> loop.unplug(plug));
  }

  /** Stops listening and leaves the connections alone. */
  void stopAccepting() {
    for (Channel socket : sockets) {
      var _ = socket.close();
    }
  }
}
