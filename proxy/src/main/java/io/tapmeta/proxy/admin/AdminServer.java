package io.tapmeta.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tapmeta.proxy.config.Configuration.Admin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Listens for operators: HTTP on an address of the host, and the same on a Unix socket. */
public final class AdminServer implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 4096;
  private static final int IDLE_SECONDS = 60;

  private final EventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("admin", true), EpollIoHandler.newFactory());
  private final List<Channel> listeners = new ArrayList<>();
  private final ChannelGroup connections = new DefaultChannelGroup(thread.next(), true);
  private final AdminHandler handler;
  private final Path socket;

  private AdminServer(AdminHandler handler, Path socket) {
    this.handler = handler;
    this.socket = socket;
  }

  /**
   * Listens on both.
   *
   * @throws IOException naming the address or the path, and what was expected
   */
  public static AdminServer start(Admin config, AdminHandler handler) throws IOException {
    AdminServer server = new AdminServer(handler, config.socket());
    try {
      server.listeners.add(
          server.bind(EpollServerSocketChannel.class, config.listen(), "admin.listen"));
      server.bindSocket();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Where HTTP is listened on, with the port that the system chose where it was asked to. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listeners.getFirst().localAddress();
  }

  @Override
  public void close() {
    boolean ours = listeners.size() > 1;
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    try {
      if (ours) {
        Files.deleteIfExists(socket);
      }
    } catch (IOException _) {
      // The next start finds it dead and takes it away.
    }
    // Last: a successor waits for the end of its connection, and then puts its own socket here. Not
    // left to the thread's end, which without a quiet time may come before it has closed them.
    connections.close().awaitUninterruptibly();
    thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void bindSocket() throws IOException {
    Files.createDirectories(socket.toAbsolutePath().getParent());
    if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      if (!isSocket(socket)) {
        throw new IOException(
            "admin.socket: " + socket + ": not a socket (expected: one, or nothing there)");
      }
      if (answers(socket)) {
        throw new IOException(
            "admin.socket: " + socket + ": in use (expected: no other tapmeta on it)");
      }
      Files.delete(socket);
    }
    listeners.add(
        bind(
            EpollServerDomainSocketChannel.class,
            new DomainSocketAddress(socket.toString()),
            "admin.socket"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
  }

  private static boolean isSocket(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  private static boolean answers(Path socket) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false;
    }
  }

  private Channel bind(Class<? extends ServerChannel> kind, SocketAddress address, String key)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(thread)
            .channel(kind)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(
                            new ReadTimeoutHandler(IDLE_SECONDS),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MAX_REQUEST_BYTES),
                            handler);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "%s: %s: %s (expected: free)".formatted(key, address, bound.cause().getMessage()));
    }
    return bound.channel();
  }
}
