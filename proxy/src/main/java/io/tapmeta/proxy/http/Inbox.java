package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * What a guest has sent and nobody has read yet. Bytes that come one by one cost no more than the
 * same bytes at once: the buffer grows by doubling, and a head that was not whole is looked at again
 * when a line has ended or there is twice as much of it.
 */
final class Inbox {
  /** Smaller buffers are not worth the copy to a smaller one. */
  private static final int SPARE = 1024;

  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int tried;
  private boolean lineEnded;

  ByteBuf bytes() {
    return bytes;
  }

  boolean isReadable() {
    return bytes.isReadable();
  }

  int size() {
    return bytes.readableBytes();
  }

  /** Bytes of memory, which are more than there are to read. */
  int capacity() {
    return bytes.capacity();
  }

  void add(ByteBufAllocator allocator, ByteBuf more) {
    if (!bytes.isReadable()) {
      bytes.release();
      bytes = more;
      tried = 0;
      return;
    }
    lineEnded |= more.indexOf(more.readerIndex(), more.writerIndex(), (byte) '\n') >= 0;
    if (bytes.writableBytes() < more.readableBytes()) {
      int size = bytes.readableBytes();
      move(allocator, Math.max(2 * size, size + more.readableBytes()));
    }
    bytes.writeBytes(more);
    more.release();
  }

  /**
   * True where a head that was not whole may be so now, or may be refused.
   *
   * @param limit bytes at which every head is decided
   */
  boolean isWorthReading(int limit) {
    int size = bytes.readableBytes();
    return tried == 0 || lineEnded || size >= 2 * tried || size >= limit;
  }

  /** A head was not whole. */
  void tried() {
    tried = bytes.readableBytes();
    lineEnded = false;
  }

  /** A head was read. */
  void begun() {
    tried = 0;
  }

  /** Gives back memory that nothing is in. */
  void settle(ByteBufAllocator allocator) {
    if (!bytes.isReadable()) {
      clear();
    } else if (bytes.capacity() > SPARE && bytes.capacity() / 4 > bytes.readableBytes()) {
      move(allocator, bytes.readableBytes());
    }
  }

  void clear() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
    tried = 0;
  }

  private void move(ByteBufAllocator allocator, int capacity) {
    ByteBuf moved = allocator.buffer(capacity).writeBytes(bytes);
    bytes.release();
    bytes = moved;
  }
}
