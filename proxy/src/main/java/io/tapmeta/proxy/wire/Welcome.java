package io.tapmeta.proxy.wire;

import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Decides about what a listening socket accepts. On the socket's event loop. */
public interface Welcome {
  /**
   * Somebody has connected.
   *
   * @param syn the frame of the connection's SYN, empty where the kernel has none; good for this
   *     call only
   * @return who serves the connection; null where it is to be closed without a word
   */
  @Nullable ChannelHandler accepted(ByteBuffer syn);

  /** The kernel would not give out a connection, for now: the socket accepts again a little later. */
  void acceptFailed(IOException why);
}
