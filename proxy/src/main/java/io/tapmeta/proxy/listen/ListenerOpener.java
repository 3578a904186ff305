package io.tapmeta.proxy.listen;

import io.netty.channel.socket.SocketProtocolFamily;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.wire.ListeningSocket;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.instance.Policy;
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
  /** The kernel cuts it to the namespace's somaxconn, 4096 by default. */
  private static final int BACKLOG = 4096;

  /**
   * Bytes of answers that the kernel holds for a guest that does not take them, of which it makes twice
   * as many with what it needs itself. Left to itself it would go on to 4 MiB (tcp_wmem).
   */
  private static final int SEND_BUFFER = 128 * 1024;

  /** Not there on a kernel without IPv6, or started without. */
  private static final Path IPV6 = Path.of("/proc/net/if_inet6");

  private final NetworkNamespaces namespaces;
  private final List<InetAddress> addresses;
  private final int port;
  private final GuestMetrics metrics;

  /** Sockets as they were made inside the namespace, not bound yet, one an address. */
  private record Made(List<ListeningSocket> sockets, int interfaceIndex) {}

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
   * @param hops that SYN-ACKs may take; {@link Policy#SYSTEMS_HOPS} for as many as the namespace says
   * @throws IOException with one line that says what is missing
   */
  GuestListener open(Attachment attachment, Plug plug, int hops, GuestLoop loop)
      throws IOException {
    Optional<Long> namespace = attachment.netns().flatMap(NetworkNamespaces::inode);
    // Before anything is opened: a tap that is exchanged meanwhile is noticed afterwards.
    int tapIndex = tapIndex(attachment);
    Made made =
        attachment.netns().isPresent()
            ? namespaces.visit(attachment.netns().get(), () -> make(attachment))
            : make(attachment);
    Acceptor acceptor = new Acceptor(plug, loop, metrics);
    plug.hopsBegin(hops);
    try {
      for (int i = 0; i < addresses.size(); i++) {
        InetSocketAddress address = onLink(addresses.get(i), made.interfaceIndex());
        listen(made.sockets().get(i), address, attachment, hops, acceptor, loop);
      }
    } catch (IOException e) {
      made.sockets().forEach(ListeningSocket::stop);
      throw e;
    }
    return new GuestListener(plug, loop, made.sockets(), namespace, tapIndex);
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
    List<ListeningSocket> sockets = new ArrayList<>();
    try {
      for (InetAddress address : addresses) {
        sockets.add(
            ListeningSocket.make(
                address instanceof Inet6Address
                    ? SocketProtocolFamily.INET6
                    : SocketProtocolFamily.INET));
      }
    } catch (IOException e) {
      sockets.forEach(ListeningSocket::stop);
      throw e;
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

  private void listen(
      ListeningSocket socket,
      InetSocketAddress address,
      Attachment attachment,
      int hops,
      Acceptor acceptor,
      GuestLoop loop)
      throws IOException {
    try {
      socket.setReuseAddress(true);
      // A successor listens beside its predecessor for as long as that takes to end.
      socket.setReusePort(true);
      // The address may come after the listener, or be the SDN's to give and take.
      socket.setIntOpt(SocketOption.IPPROTO_IP, SocketOption.IP_FREEBIND, 1);
      if (attachment.mode() != Mode.NETNS) {
        // The address need not be any interface's, and answers must leave with it all the same.
        socket.setIntOpt(SocketOption.IPPROTO_IP, SocketOption.IP_TRANSPARENT, 1);
      }
      // The kernel itself lets in nothing from any other interface of the namespace.
      socket.setRawOpt(
          SocketOption.SOL_SOCKET,
          SocketOption.SO_BINDTODEVICE,
          interfaceName(attachment.interfaceName()));
      socket.setIntOpt(
          SocketOption.IPPROTO_TCP, SocketOption.TCP_SAVE_SYN, SocketOption.WITH_LINK_HEADER);
      // Connections inherit it.
      socket.setSendBufferSize(SEND_BUFFER);
      // SYN-ACKs take it from the listener, connections inherit it.
      if (hops != Policy.SYSTEMS_HOPS) {
        socket.limitHops(hops);
      }
      // Accepting and serving on one loop spares every connection a hand-over.
      socket.listen(address, BACKLOG, loop.executor(), acceptor);
    } catch (IOException e) {
      throw new IOException(
          "%s:%d: %s (expected: free in namespace %s)"
              .formatted(
                  address.getAddress().getHostAddress(),
                  address.getPort(),
                  e.getMessage(),
                  attachment.netns().orElse("of the host")),
          e);
    }
  }

  private static ByteBuffer interfaceName(String name) {
    byte[] padded = new byte[SocketOption.IFNAMSIZ];
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, padded, 0, Math.min(text.length, SocketOption.IFNAMSIZ - 1));
    return ByteBuffer.wrap(padded);
  }
}
