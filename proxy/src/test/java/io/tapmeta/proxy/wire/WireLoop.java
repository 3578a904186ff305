package io.tapmeta.proxy.wire;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An event loop with listening sockets on the loopback device, and guests that connect to them. */
final class WireLoop implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final List<IOException> failures = new ArrayList<>();
  final AtomicInteger ended = new AtomicInteger();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("wire", true), EpollIoHandler.newFactory());
  private final EventLoop loop = (EventLoop) group.iterator().next();
  private final List<ListeningSocket> sockets = new ArrayList<>();
  private final List<Socket> guests = new ArrayList<>();

  /** Listens on 127.0.0.1; each connection is served by what {@code servers} gives. */
  ListeningSocket listen(Supplier<@Nullable ChannelHandler> servers) throws IOException {
    return listen(ListeningSocket.make(SocketProtocolFamily.INET), "127.0.0.1", servers);
  }

  ListeningSocket listen(
      ListeningSocket socket, String address, Supplier<@Nullable ChannelHandler> servers)
      throws IOException {
    socket.listen(
        new InetSocketAddress(InetAddress.ofLiteral(address), 0),
        128,
        loop,
        new Welcome() {
          @Override
          public @Nullable ChannelHandler accepted(ByteBuffer syn) {
            return servers.get();
          }

          @Override
          public void acceptFailed(IOException why) {
            failures.add(why);
          }
        });
    sockets.add(socket);
    return socket;
  }

  Socket connect(ListeningSocket to) throws IOException {
    Socket guest = new Socket();
    guests.add(guest);
    guest.setSoTimeout(TIMEOUT_MILLIS);
    guest.connect(to.localAddress(), TIMEOUT_MILLIS);
    return guest;
  }

  /** Runs {@code action} on the loop and waits for it. */
  <T> T call(Callable<T> action) {
    return loop.submit(action).syncUninterruptibly().getNow();
  }

  /** Keeps the loop from doing anything until the result is counted down. */
  CountDownLatch hold() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    loop.execute(
        () -> {
          held.countDown();
          try {
            if (!go.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
              throw new IllegalStateException("held too long");
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    held.await();
    return go;
  }

  EventLoop loop() {
    return loop;
  }

  /** Sockets that this process has open. */
  static long openSockets() {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(WireLoop::isSocket).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket guest : guests) {
      guest.close();
    }
    sockets.forEach(ListeningSocket::stop);
    await().until(() -> sockets.stream().noneMatch(ListeningSocket::isOpen));
    await().until(() -> allocator.metric().usedDirectMemory() == 0);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Serves a connection as a test says, out of buffers that are counted. */
  class Server extends io.netty.channel.ChannelInboundHandlerAdapter {
    @Nullable GuestChannel channel;
    final List<Throwable> errors = new ArrayList<>();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      channel = (GuestChannel) context.channel();
      channel.config().setAllocator(allocator);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ended.incrementAndGet();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      errors.add(cause);
      var _ = context.close();
    }
  }
}
