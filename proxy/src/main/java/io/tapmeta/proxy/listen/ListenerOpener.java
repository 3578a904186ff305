package io.tapmeta.proxy.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.kernel.SynFilter;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens the listening sockets of an attachment, each made inside the attachment's namespace. */
public final class ListenerOpener {
  // From include/uapi/linux/tcp.h and asm-generic/socket.h; Netty has no names for them.
  private static final int IPPROTO_TCP = 6;
  private static final int SOL_SOCKET = 1;
  private static final IntegerUnixChannelOption TCP_SAVE_SYN =
      new IntegerUnixChannelOption("TCP_SAVE_SYN", IPPROTO_TCP, 27);
  private static final int IFNAMSIZ = 16;
  static final RawUnixChannelOption SO_BINDTODEVICE =
      new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, 25, IFNAMSIZ);

  static final RawUnixChannelOption SO_ATTACH_FILTER =
      new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, 26, SynFilter.PROGRAM_BYTES);

  /** Keep the link layer's header too, in which the source MAC is. */
  private static final int WITH_LINK_HEADER = 2;

  /** The kernel cuts it to the namespace's somaxconn, 4096 by default. */
  private static final int BACKLOG = 4096;

  /** Not there on a kernel without IPv6, or started without. */
  private static final Path IPV6 = Path.of("/proc/net/if_inet6");

  private final NetworkNamespaces namespaces;
  private final List<InetAddress> addresses;
  private final int port;
  private final GuestMetrics metrics;

  /** Sockets as they were made inside the namespace, not bound yet, one an address. */
  private record Made(List<EpollServerSocketChannel> sockets, int interfaceIndex) {}

  public ListenerOpener(
      NetworkNamespaces namespaces, List<InetAddress> addresses, int port, GuestMetrics metrics) {
    boolean ipv6 = Files.exists(IPV6);
    this.namespaces = namespaces;
    this.addresses =
        addresses.stream().filter(address -> ipv6 || address instanceof Inet4Address).toList();
    this.port = port;
    this.metrics = metrics;
  }

  /**
   * Listens for {@code attachment}.
   *
   * @throws IOException with one line that says what is missing
   */
  GuestListener open(Attachment attachment, Plug plug, GuestLoop loop) throws IOException {
    Optional<Long> namespace = attachment.netns().flatMap(NetworkNamespaces::inode);
    // Before anything is opened: a tap that is exchanged meanwhile is noticed afterwards.
    int tapIndex = tapIndex(attachment);
    Made made =
        attachment.netns().isPresent()
            ? namespaces.visit(attachment.netns().get(), () -> make(attachment))
            : make(attachment);
    Acceptor acceptor = new Acceptor(plug, loop, metrics);
    List<Channel> bound = new ArrayList<>();
    try {
      for (int i = 0; i < addresses.size(); i++) {
        InetSocketAddress address = onLink(addresses.get(i), made.interfaceIndex());
        bound.add(bind(made.sockets().get(i), address, attachment, acceptor));
      }
    } catch (IOException e) {
      made.sockets().forEach(ListenerOpener::discard);
      throw e;
    }
    return new GuestListener(plug, loop, bound, namespace, tapIndex);
  }

  /**
   * The index of the attachment's tap as it is now; 0 where none is to be seen in the daemon's own
   * namespace, or the attachment stands for many taps.
   */
  int tapIndex(Attachment attachment) throws IOException {
    return attachment.mode() == Mode.ADOPT ? 0 : NetworkNamespaces.interfaceIndex(attachment.tap());
  }

  /** Inside the namespace: no more than making sockets, and no thread may start here. */
  private Made make(Attachment attachment) throws IOException {
    int index = NetworkNamespaces.interfaceIndex(attachment.interfaceName());
    if (index == 0) {
      throw new IOException(
          "interface %s: not in namespace %s (expected: the interface that guests come in by)"
              .formatted(attachment.interfaceName(), attachment.netns().orElse("of the host")));
    }
    List<EpollServerSocketChannel> sockets = new ArrayList<>();
    for (InetAddress address : addresses) {
      sockets.add(
          new EpollServerSocketChannel(
              address instanceof Inet6Address
                  ? SocketProtocolFamily.INET6
                  : SocketProtocolFamily.INET));
    }
    return new Made(sockets, index);
  }

  /** A link-local address is one only together with its link. */
  private InetSocketAddress onLink(InetAddress address, int interfaceIndex) throws IOException {
    return new InetSocketAddress(
        address instanceof Inet6Address && address.isLinkLocalAddress()
            ? Inet6Address.getByAddress(null, address.getAddress(), interfaceIndex)
            : address,
        port);
  }

  private static Channel bind(
      EpollServerSocketChannel socket,
      InetSocketAddress address,
      Attachment attachment,
      Acceptor acceptor)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            // Accepting and serving on one loop spares every connection a hand-over.
            .group(acceptor.loop().executor(), acceptor.loop().executor())
            .channelFactory(() -> socket)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            // A successor listens beside its predecessor for as long as that takes to end.
            .option(EpollChannelOption.SO_REUSEPORT, true)
            // The address may come after the listener, or be the SDN's to give and take.
            .option(EpollChannelOption.IP_FREEBIND, true)
            // In modes shared and adopt the address need not be any interface's, and answers must
            // leave with it all the same.
            .option(EpollChannelOption.IP_TRANSPARENT, attachment.mode() != Mode.NETNS)
            // The kernel itself lets in nothing from any other interface of the namespace.
            .option(SO_BINDTODEVICE, interfaceName(attachment.interfaceName()))
            .option(TCP_SAVE_SYN, WITH_LINK_HEADER)
            .childHandler(acceptor)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "%s:%d: %s (expected: free in namespace %s)"
              .formatted(
                  address.getAddress().getHostAddress(),
                  address.getPort(),
                  bound.cause().getMessage(),
                  attachment.netns().orElse("of the host")));
    }
    return bound.channel();
  }

  /** One that no loop knows yet has nobody whom it could ask to close it. */
  private static void discard(EpollServerSocketChannel socket) {
    if (socket.isRegistered()) {
      var _ = socket.close();
    } else {
      socket.unsafe().closeForcibly();
    }
  }

  private static ByteBuffer interfaceName(String name) {
    byte[] padded = new byte[IFNAMSIZ];
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, padded, 0, Math.min(text.length, IFNAMSIZ - 1));
    return ByteBuffer.wrap(padded);
  }
}
