package io.tapmeta.proxy.wire;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import io.tapmeta.proxy.kernel.SynFrames;
import io.tapmeta.resolver.ingress.SavedSyn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket, which accepts connections on an event loop. Belongs to the network namespace
 * of the thread that makes it.
 */
public final class ListeningSocket extends Socket {
  private static final Logger log = LoggerFactory.getLogger(ListeningSocket.class);

  /** Connections accepted before the loop's other sockets have their turn. */
  static final int TURN = 16;

  /** How long nothing is accepted after the kernel would not give out a connection. */
  static final long PAUSE_MILLIS = 100;

  // From include/uapi/asm-generic/errno.h: the guest gave up before it was accepted.
  private static final int ECONNABORTED = 103;

  /** An IPv6 address, its scope and its port, behind a length. */
  private static final int ADDRESS_BYTES = 1 + 16 + 4 + 4;

  /** Said whether asked for or not, so this asks for nothing. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;

  private final byte[] address = new byte[ADDRESS_BYTES];
  private final SynFrames frames = new SynFrames(SavedSyn.MAX_BYTES);
  private final Queue queue;
  private @Nullable Accepting accepting;

  /** Where connections wait to be accepted. */
  interface Queue {
    /** A descriptor, with the guest's address as {@link Socket#accept} leaves it; -1 for none. */
    int next(ListeningSocket socket, byte[] address) throws IOException;
  }

  /**
   * One of this family, neither bound nor listening yet.
   *
   * @throws IOException where the kernel has none to give
   */
  public static ListeningSocket make(SocketProtocolFamily family) throws IOException {
    return make(family, Socket::accept);
  }

  static ListeningSocket make(SocketProtocolFamily family, Queue queue) throws IOException {
    try {
      return new ListeningSocket(newSocketStream0(family), queue);
    } catch (ChannelException e) {
      throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
    }
  }

  private ListeningSocket(int fd, Queue queue) {
    super(fd);
    this.queue = queue;
  }

  /**
   * Binds, listens, and has {@code loop} accept. Not to be called on the loop.
   *
   * @throws IOException where the address is not to be had; the socket is the caller's to close
   */
  public void listen(InetSocketAddress at, int backlog, EventLoop loop, Welcome welcome)
      throws IOException {
    // An accepted socket inherits it.
    setTcpNoDelay(true);
    bind(at);
    listen(backlog);
    Accepting starting = new Accepting((IoEventLoop) loop, welcome);
    accepting = starting;
    Future<?> started = loop.submit(starting::start).awaitUninterruptibly();
    if (!started.isSuccess()) {
      throw new IOException(String.valueOf(started.cause().getMessage()), started.cause());
    }
  }

  @Override
  public void setIntOpt(int level, int option, int value) throws IOException {
    try {
      super.setIntOpt(level, option, value);
    } catch (ChannelException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void setRawOpt(int level, int option, ByteBuffer value) throws IOException {
    try {
      super.setRawOpt(level, option, value);
    } catch (ChannelException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void getRawOpt(int level, int option, ByteBuffer value) throws IOException {
    try {
      super.getRawOpt(level, option, value);
    } catch (ChannelException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Has SYN-ACKs from now on, and connections that begin from now on, take no more hops than this.
   *
   * @param hops from 1 to 255; -1 for as many as the namespace says
   * @throws IOException where the kernel refuses
   */
  public void limitHops(int hops) throws IOException {
    HopLimit.set(this, ipv6, hops);
  }

  /** Closes it, once its loop comes to it. From any thread. */
  public void stop() {
    if (accepting == null) {
      closeQuietly(this);
    } else {
      accepting.loop.execute(accepting::close);
    }
  }

  private static void closeQuietly(FileDescriptor descriptor) {
    try {
      descriptor.close();
    } catch (IOException e) {
      log.debug("a descriptor is closed with an error", e);
    }
  }

  /** What epoll knows of it. On the loop. */
  private final class Accepting implements EpollIoHandle {
    private final IoEventLoop loop;
    private final Welcome welcome;
    private @Nullable IoRegistration registration;
    private int turn = 1;

    Accepting(IoEventLoop loop, Welcome welcome) {
      this.loop = loop;
      this.welcome = welcome;
    }

    void start() {
      registration = loop.register(this).getNow();
      registration.submit(EpollIoOps.EPOLLIN);
    }

    @Override
    public FileDescriptor fd() {
      return ListeningSocket.this;
    }

    /** Most find one connection; a socket with many gets a longer turn, and there is an end to it. */
    @Override
    public void handle(IoRegistration by, IoEvent event) {
      for (int i = 0; i < turn; i++) {
        try {
          int fd = isOpen() ? queue.next(ListeningSocket.this, address) : -1;
          if (fd < 0) {
            turn = 1;
            return;
          }
          receive(fd);
        } catch (NativeIoException e) {
          if (e.expectedErr() != -ECONNABORTED) {
            pause(e);
            return;
          }
        } catch (IOException e) {
          pause(e);
          return;
        }
      }
      turn = Math.min(TURN, 2 * turn);
    }

    private void receive(int fd) {
      LoopMemory memory = LoopMemory.get();
      GuestDescriptor guest = new GuestDescriptor(fd, memory.bytes);
      ChannelHandler server = null;
      try {
        server = welcome.accepted(frames.of(guest.intValue()));
      } catch (RuntimeException e) {
        log.error("a bug; the connection is closed", e);
      }
      if (server == null) {
        closeQuietly(guest);
        return;
      }
      new GuestChannel(guest, memory, address).begin(loop, server);
    }

    /**
     * Without descriptors or memory the connection stays in the queue, and epoll would say so for
     * ever. Whatever the reason is, somebody has to end something first.
     */
    private void pause(IOException why) {
      welcome.acceptFailed(why);
      await(NOTHING);
      var _ = loop.schedule(() -> await(EpollIoOps.EPOLLIN), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void await(EpollIoOps what) {
      if (isOpen() && registration != null) {
        registration.submit(what);
      }
    }

    @Override
    public void close() {
      closeQuietly(ListeningSocket.this);
      if (registration != null) {
        registration.cancel();
      }
    }
  }
}
