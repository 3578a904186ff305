package io.tapmeta.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * A direct buffer that is taken again and again, for as long as whoever had it last has let go of
 * it: the same memory each time, which the processor has at hand. For one thread.
 */
public final class ReusedBuffer {
  /** Netty's leak detection has a place in the allocators of channels; this one outlives them. */
  private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(true, true);

  private ByteBuf spare;

  /**
   * @param capacity bytes that are kept for as long as this is
   */
  public ReusedBuffer(int capacity) {
    spare = UNTRACKED.directBuffer(capacity, capacity);
  }

  /**
   * An empty buffer, the caller's to release.
   *
   * @param otherwise where it comes from when this one is still in use, or too small
   */
  public ByteBuf take(ByteBufAllocator otherwise, int capacity) {
    return spare.refCnt() == 1 && capacity <= spare.capacity()
        ? spare.retain().clear()
        : otherwise.directBuffer(capacity);
  }

  /** Gives the memory back; it goes when the last one has let go of it. */
  public void close() {
    spare.release();
    spare = Unpooled.EMPTY_BUFFER;
  }
}
