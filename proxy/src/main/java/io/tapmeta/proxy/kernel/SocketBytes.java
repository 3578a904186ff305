package io.tapmeta.proxy.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Moves bytes between memory and sockets that do not block, allocating nothing. For one thread. */
public final class SocketBytes {
  // From include/linux/socket.h.
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_MORE = 0x8000;

  private final MemorySegment errno = Libc.errno(Arena.ofAuto());

  /**
   * Receives what there is, and fits.
   *
   * @param address of memory that is the caller's, with room for {@code length} bytes
   * @return bytes; 0 where the other side has ended its half; the negative of an error's number
   */
  public int receive(int fd, long address, int length) {
    return Libc.receive(errno, fd, address, length);
  }

  /**
   * Sends as much as there is room for.
   *
   * @param address of memory that is the caller's, with {@code length} bytes
   * @param more true where the kernel may wait for what comes next, if that is not a packet yet
   * @return bytes; the negative of an error's number
   */
  public int send(int fd, long address, int length, boolean more) {
    return Libc.send(errno, fd, address, length, more ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL);
  }
}
