package io.tapmeta.proxy.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which interfaces of a network namespace come, change and go, at the moment they do: the
 * kernel's rtnetlink group for links, read by a thread of its own.
 *
 * <p>An event is a hint about a name; what is true of it now, the listener finds out itself.
 */
public final class LinkEvents implements AutoCloseable {
  /** Is told of hints, on the thread that reads them. */
  public interface Listener {
    /** Something happened to the interface that has, or had, this name. */
    void changed(String name);

    /** Events were lost: something may have happened to any interface. */
    void lost();
  }

  private static final Logger log = LoggerFactory.getLogger(LinkEvents.class);

  // From linux/socket.h, linux/rtnetlink.h and asm-generic/errno.h.
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int NETLINK_ROUTE = 0;
  private static final int RTMGRP_LINK = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVTIMEO = 20;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int ENOBUFS = 105;

  /** Room for the events of some thousand interfaces that come at once. */
  private static final int QUEUE_BYTES = 4 * 1024 * 1024;

  /** One datagram; the kernel cuts none of the link group to more than a page's multiple. */
  private static final int DATAGRAM_BYTES = 64 * 1024;

  private final int socket;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean closed;

  /** Events of the namespace in which the calling thread is now. */
  public LinkEvents(Listener listener) throws IOException {
    this.listener = listener;
    this.socket = Libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
    this.thread = Thread.ofPlatform().daemon().name("links").unstarted(this::read);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_INT);
      size.set(JAVA_INT, 0, QUEUE_BYTES);
      Libc.setSocketOption(socket, SOL_SOCKET, SO_RCVBUF, size);
      // struct timeval: the thread looks once a second whether it is to end.
      MemorySegment timeout = arena.allocate(JAVA_LONG, 2);
      timeout.setAtIndex(JAVA_LONG, 0, 1);
      Libc.setSocketOption(socket, SOL_SOCKET, SO_RCVTIMEO, timeout);
      // struct sockaddr_nl: family, padding, port (the kernel's choice), groups.
      MemorySegment address = arena.allocate(JAVA_INT, 3);
      address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
      address.setAtIndex(JAVA_INT, 2, RTMGRP_LINK);
      Libc.bind(socket, address);
    } catch (IOException e) {
      Libc.close(socket);
      throw e;
    }
  }

  /** Starts the thread that reads. */
  public void start() {
    thread.start();
  }

  /** Has the thread end within a second; it closes the socket itself, so that none is reused. */
  @Override
  public void close() {
    closed = true;
  }

  private void read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(DATAGRAM_BYTES, Integer.BYTES);
      while (!closed) {
        long received = Libc.receive(socket, buffer);
        if (received > 0) {
          LinkMessages.names(buffer.asSlice(0, received), listener::changed);
        } else if (received == -ENOBUFS) {
          listener.lost();
        } else if (received != -EAGAIN && received != -EINTR) {
          throw new IOException("netlink: error " + -received);
        }
      }
    } catch (IOException e) {
      log.error("interfaces are only looked at from time to time from now on", e);
    } finally {
      closeSocket();
    }
  }

  private void closeSocket() {
    try {
      Libc.close(socket);
    } catch (IOException e) {
      log.warn("a netlink socket stays open", e);
    }
  }
}
