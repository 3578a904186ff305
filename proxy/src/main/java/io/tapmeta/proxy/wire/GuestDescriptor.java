package io.tapmeta.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.tapmeta.proxy.kernel.SocketBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor of an accepted connection. To read and to write are one system call each; options,
 * which hardly any connection needs, go by a {@link Socket} that asks the kernel what it is first.
 */
final class GuestDescriptor extends FileDescriptor {
  /** What {@link #read} says where the guest has ended its half. */
  static final int END = -1;

  // From include/uapi/linux/tcp.h: the first byte of struct tcp_info is the state.
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int TCP_CLOSE = 7;

  /** What fits a packet whatever the network is: IPv6's least MTU without the headers. */
  private static final int PACKET_BYTES = 1280 - 40 - 20 - 12;

  private final SocketBytes bytes;
  private @Nullable Socket socket;
  private boolean outputEnded;

  GuestDescriptor(int fd, SocketBytes bytes) {
    super(fd);
    this.bytes = bytes;
  }

  /**
   * Reads into the buffer's room as much as is there.
   *
   * @return bytes; 0 where nothing is there for now; {@link #END}
   */
  int read(ByteBuf into) throws IOException {
    int at = into.writerIndex();
    int count;
    if (into.hasMemoryAddress()) {
      count = bytes.receive(intValue(), into.memoryAddress() + at, into.writableBytes());
      count = count == 0 ? END : count < 0 ? failed("recv", count) : count;
    } else {
      ByteBuffer room = into.internalNioBuffer(at, into.writableBytes());
      count = read(room, room.position(), room.limit());
    }
    if (count > 0) {
      into.writerIndex(at + count);
    }
    return count;
  }

  /**
   * Writes what a direct buffer has to read, as much as the kernel takes.
   *
   * @param last true where the connection is closed next: what fits one packet then goes with the end
   * @return bytes, which the buffer's reader index does not follow
   */
  int write(ByteBuf from, boolean last) throws IOException {
    int length = from.readableBytes();
    if (from.hasMemoryAddress()) {
      boolean more = last && length <= PACKET_BYTES;
      int count = bytes.send(intValue(), from.memoryAddress() + from.readerIndex(), length, more);
      return count < 0 ? failed("send", count) : count;
    }
    ByteBuffer buffer = from.internalNioBuffer(from.readerIndex(), length);
    return write(buffer, buffer.position(), buffer.limit());
  }

  /** 0 where there is only to wait. */
  private static int failed(String call, int error) throws IOException {
    try {
      return Errors.ioResult(call, error);
    } catch (NotYetConnectedException e) {
      // What Netty makes of a connection that is gone already.
      throw new IOException(call + ": the connection is gone", e);
    }
  }

  /** The way to its options. */
  Socket socket() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (socket == null) {
      socket = new Socket(intValue());
    }
    return socket;
  }

  /** Tells the guest that nothing more comes. */
  void endOutput() throws IOException {
    outputEnded = true;
    socket().shutdown(false, true);
  }

  /** True where there is no connection any more, found out without reading. */
  boolean isDead() {
    try {
      ByteBuffer state = ByteBuffer.allocate(1);
      socket().getRawOpt(IPPROTO_TCP, TCP_INFO, state);
      return outputEnded || state.get(0) == TCP_CLOSE || socket().getSoError() != 0;
    } catch (IOException | ChannelException _) {
      return true;
    }
  }
}
