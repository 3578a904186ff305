package io.tapmeta.proxy.wire;

import io.netty.util.concurrent.FastThreadLocal;
import io.tapmeta.proxy.kernel.SocketBytes;
import java.nio.channels.ClosedChannelException;

/** What one event loop's connections use in turn. */
final class LoopMemory {
  /** As much as a request of a guest's has, and room to spare. */
  static final int READ_BYTES = 2048;

  private static final FastThreadLocal<LoopMemory> OF_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected LoopMemory initialValue() {
          return new LoopMemory();
        }

        @Override
        protected void onRemoval(LoopMemory memory) {
          memory.input.close();
        }
      };

  final SocketBytes bytes = new SocketBytes();
  final ReusedBuffer input = new ReusedBuffer(READ_BYTES);

  /** Why a channel is closed that was closed: nobody asks from where. */
  final ClosedChannelException closed = new Closed();

  private static final class Closed extends ClosedChannelException {
    private static final long serialVersionUID = 1;

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The calling loop's own. */
  static LoopMemory get() {
    return OF_LOOP.get();
  }
}
