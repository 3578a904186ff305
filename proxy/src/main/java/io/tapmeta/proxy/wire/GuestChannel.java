package io.tapmeta.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An accepted connection: read first, made known to epoll only when something of it has to be waited
 * for, and closed by closing.
 *
 * <pre>
 *   begin ── read ──▶ serve ──▶ closed by then: epoll never hears of it
 *                        └────▶ else epoll_ctl, once, and again only where what is waited for changes
 * </pre>
 *
 * What epoll says is a hint to look, and no more: in one batch of events a descriptor may be closed
 * and given out again. So whether a connection has ended is what a read says, or the kernel's state
 * of it where nothing is to be read for now; either way an end is seen once, as the descriptor is
 * closed then. A guest that ends its half has asked its last: it gets what is written for
 * it, and {@link ChannelInputShutdownEvent} says that this is under way.
 */
public final class GuestChannel extends AbstractChannel implements UnixChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  // From include/uapi/linux/eventpoll.h. A read stops at a byte that is marked urgent.
  private static final int EPOLLPRI = 2;

  /** An address and its port as {@link Socket#accept} leaves them. */
  private static final int IPV4_BYTES = 4 + 4;

  private static final int IN = EpollIoOps.EPOLLIN.value();
  private static final int OUT = EpollIoOps.EPOLLOUT.value();
  private static final EpollIoOps READS =
      EpollIoOps.valueOf(IN | EpollIoOps.EPOLLRDHUP.value() | EPOLLPRI);

  /**
   * Said once for each arrival, and not looked at again with every batch of events as the others are
   * for as long as they hold. So it takes a look of ours where a read may have left something.
   */
  private static final EpollIoOps ARRIVALS = READS.with(EpollIoOps.EPOLLET);

  /** Said whether asked for or not, so this asks for nothing. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;

  private final GuestDescriptor descriptor;
  private final LoopMemory memory;
  private final byte[] remote;
  private final GuestChannelConfig config = new GuestChannelConfig(this);
  private @Nullable IoRegistration registration;
  private EpollIoOps awaited = EpollIoOps.NONE;
  private boolean begun;
  private volatile boolean open = true;

  /** The kernel has no room for what is written. */
  private boolean full;

  /** The guest has ended its half. */
  private boolean ended;

  /** Nothing is written after what waits now. */
  private boolean last;

  /**
   * Takes over {@code descriptor}. On the loop that will serve it.
   *
   * @param address as {@link Socket#accept} leaves it: its length and itself
   */
  GuestChannel(GuestDescriptor descriptor, LoopMemory memory, byte[] address) {
    super(null);
    this.descriptor = descriptor;
    this.memory = memory;
    this.remote = Arrays.copyOf(address, address[0] + 1);
  }

  /** Has {@code server} serve what came with the connection, and waits for more. On {@code loop}. */
  void begin(EventLoop loop, ChannelHandler server) {
    unsafe().register(loop, newPromise());
    pipeline().addLast("server", server);
    if (open && config.isAutoRead()) {
      readOnce();
    }
    begun = true;
    await();
  }

  /**
   * Tells the guest that nothing more comes, all being written; false where that cannot be told.
   */
  public boolean endOutput() {
    try {
      descriptor.endOutput();
      return true;
    } catch (IOException | NotYetConnectedException _) {
      // The second is what Netty makes of a connection that is gone already.
      return false;
    }
  }

  /** Has what is sent from now on take no more hops than this; false where that cannot be had. */
  public boolean limitHops(int hops) {
    try {
      HopLimit.set(descriptor.socket(), remote[0] > IPV4_BYTES, hops);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Writes what waits, after which the caller closes the connection. */
  public void flushLast() {
    last = true;
    unsafe().flush();
  }

  GuestDescriptor descriptor() {
    return descriptor;
  }

  /** Has epoll know what is waited for, where that is not what it knows. */
  void await() {
    if (!open || !begun) {
      return;
    }
    EpollIoOps wanted = reads() ? full ? READS : ARRIVALS : NOTHING;
    if (full) {
      wanted = wanted.with(EpollIoOps.EPOLLOUT);
    }
    if (wanted.value() != awaited.value()) {
      awaited = wanted;
      submit(wanted);
    }
  }

  private void submit(EpollIoOps wanted) {
    if (registration == null) {
      Future<IoRegistration> registered =
          ((IoEventLoop) eventLoop()).register((EpollIoHandle) unsafe());
      if (!registered.isSuccess()) {
        fail(registered.cause());
        return;
      }
      registration = registered.getNow();
    }
    try {
      registration.submit(wanted);
    } catch (UncheckedIOException e) {
      fail(e.getCause());
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected ChannelId newId() {
    return ConnectionNumber.next();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new Unsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isCompatible(Unsafe.class);
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    try {
      return descriptor.socket().localAddress();
    } catch (IOException _) {
      return null;
    }
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return NativeInetAddress.address(remote, 1, remote[0]);
  }

  /** Its loop has no work with it before something has to be waited for. */
  @Override
  protected void doRegister(ChannelPromise promise) {
    promise.setSuccess();
  }

  @Override
  protected void doDeregister() {
    if (registration != null) {
      registration.cancel();
    }
  }

  @Override
  protected void doBind(SocketAddress local) {
    throw new UnsupportedOperationException("an accepted connection");
  }

  @Override
  protected void doDisconnect() throws IOException {
    doClose();
  }

  /** Closed first, which has epoll forget it without another call. */
  @Override
  protected void doClose() throws IOException {
    open = false;
    try {
      descriptor.close();
    } finally {
      doDeregister();
    }
  }

  @Override
  protected void doBeginRead() {
    await();
  }

  /** Direct buffers go as they are, any other as a copy. */
  @Override
  protected Object filterOutboundMessage(Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      throw new UnsupportedOperationException(message.getClass() + " (expected: a buffer)");
    }
    if (bytes.hasMemoryAddress() || bytes.isDirect() && bytes.nioBufferCount() == 1) {
      return bytes;
    }
    try {
      return alloc().directBuffer(bytes.readableBytes()).writeBytes(bytes);
    } finally {
      bytes.release();
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) throws IOException {
    while (out.current() instanceof ByteBuf bytes) {
      int length = bytes.readableBytes();
      int written = length == 0 ? 0 : descriptor.write(bytes, last && out.size() == 1);
      if (written < length) {
        full = true;
        out.removeBytes(written);
        await();
        return;
      }
      out.remove();
    }
  }

  private boolean reads() {
    return !ended && config.isAutoRead();
  }

  /** False where there may be more than one read takes. */
  private boolean readOnce() {
    ByteBuf bytes = memory.input.take(alloc(), LoopMemory.READ_BYTES);
    int count;
    try {
      count = descriptor.read(bytes);
    } catch (IOException e) {
      bytes.release();
      fail(e);
      return true;
    }
    boolean filled = !bytes.isWritable();
    if (count > 0) {
      pipeline().fireChannelRead(bytes);
      pipeline().fireChannelReadComplete();
    } else {
      bytes.release();
      if (count == GuestDescriptor.END) {
        ended = true;
        closeIfDone();
        if (open) {
          pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
      }
    }
    return !filled;
  }

  private void fail(@Nullable Throwable why) {
    pipeline().fireExceptionCaught(why);
    unsafe().close(voidPromise());
  }

  private void closeIfDone() {
    ChannelOutboundBuffer out = unsafe().outboundBuffer();
    if (open && ended && (out == null || out.totalPendingWriteBytes() == 0)) {
      unsafe().close(voidPromise());
    }
  }

  private final class Unsafe extends AbstractUnsafe implements EpollIoHandle {
    @Override
    public FileDescriptor fd() {
      return descriptor;
    }

    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("an accepted connection"));
    }

    /** Where the kernel has no room, it says when there is. */
    @Override
    protected void flush0() {
      if (!full) {
        super.flush0();
        closeIfDone();
      }
    }

    @Override
    public void handle(IoRegistration by, IoEvent event) {
      int said = ((EpollIoEvent) event).ops().value();
      if (full && (said & OUT) != 0) {
        full = false;
        flush0();
      }
      if (open && (said & ~OUT) != 0) {
        if (reads()) {
          boolean all = readOnce();
          if (!all || (said & ~(IN | OUT)) != 0) {
            // Whatever is left is an arrival again.
            awaited = EpollIoOps.NONE;
          }
        } else if (descriptor.isDead()) {
          close();
        }
      }
      await();
    }

    @Override
    public void close(ChannelPromise promise) {
      close(promise, memory.closed, memory.closed);
    }

    @Override
    public void close() {
      close(voidPromise());
    }
  }
}
