package io.tapmeta.proxy.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Gets from the kernel the frame that it kept of a connection's SYN, every time into the same
 * memory. For one thread.
 */
public final class SynFrames {
  // From include/uapi/linux/in.h and tcp.h.
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_SAVED_SYN = 28;

  private final int most;
  private final MemorySegment frame;
  private final MemorySegment length;
  private final ByteBuffer view;

  /**
   * Memory for one frame.
   *
   * @param most bytes of the longest
   */
  public SynFrames(int most) {
    this.most = most;
    frame = Arena.ofAuto().allocate(most, Long.BYTES);
    length = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
    view = frame.asByteBuffer();
  }

  /**
   * The frame behind the accepted socket {@code fd}, which the kernel gives once; nothing where it
   * has none. Good until the next call.
   */
  public ByteBuffer of(int fd) {
    length.set(ValueLayout.JAVA_INT, 0, most);
    boolean got = Libc.getSocketOption(fd, IPPROTO_TCP, TCP_SAVED_SYN, frame, length);
    int bytes = got ? length.get(ValueLayout.JAVA_INT, 0) : 0;
    return view.limit(Math.clamp(bytes, 0, most)).position(0);
  }
}
