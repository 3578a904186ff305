package io.tapmeta.proxy.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.kernel.SynFilter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The listening sockets of one generation of an attachment: a tap that is plugged anew under its old
 * name, an interface or a namespace that is made anew, is another generation.
 *
 * @param namespace the namespace's inode, which tells it from a later one of the same name
 * @param tapIndex which tells the tap from a later one of the same name; 0 where it is not to be
 *     seen from here
 */
record GuestListener(
    Plug plug, GuestLoop loop, List<Channel> sockets, Optional<Long> namespace, int tapIndex) {
  private static final ByteBuffer NO_SYN = SynFilter.program();

  /**
   * Stops listening, so that no socket keeps a deleted namespace alive, and closes the connections
   * that came in here: whoever is plugged in next is somebody else.
   */
  void close() {
    stopAccepting();
    loop.executor().execute(() -> loop.unplug(plug));
  }

  /** Takes in no new connection, and those whose handshake has begun. */
  void refuseNew() {
    for (Channel socket : sockets) {
      socket.config().setOption(ListenerOpener.SO_ATTACH_FILTER, NO_SYN.duplicate());
    }
  }

  /** Stops listening and leaves the connections alone. */
  void stopAccepting() {
    for (Channel socket : sockets) {
      var _ = socket.close();
    }
  }

  /**
   * Whether the interface that the sockets are bound to is still there. The kernel knows it by
   * index, so one made anew under its name is another; and it tells without a visit.
   */
  boolean hasInterface() {
    try {
      sockets.forEach(socket -> socket.config().getOption(ListenerOpener.SO_BINDTODEVICE));
      return true;
    } catch (ChannelException _) {
      return false;
    }
  }
}
