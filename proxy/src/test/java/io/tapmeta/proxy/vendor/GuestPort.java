package io.tapmeta.proxy.vendor;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One event loop with the ports of two guests, {@code tap0} and {@code tap1}, on loopback. */
final class GuestPort implements AutoCloseable {
  static final String MAC = "fa:16:3e:5a:01:37";

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  /** One answer, head and body. */
  record Answer(int status, List<String> head, String body) {
    String header(String name) {
      return head.stream()
          .filter(line -> line.startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  GuestPort(VendorTargets targets, Path passwords, InstanceRecord... records) throws Exception {
    Resolver resolver = new Resolver(Set.of());
    resolver.publish("test", List.of(records));
    EventLoop executor = (EventLoop) group.iterator().next();
    GuestLoop loop =
        new GuestLoop(
            executor,
            new GuestService(
                resolver,
                RouteTable.complete(),
                new DocumentCache(1 << 20),
                new PasswordStore(passwords),
                Optional.empty(),
                targets,
                new GuestMetrics(new SimpleMeterRegistry())),
            GuestSettings.of(Configuration.DEFAULTS.guest()));
    for (String tap : List.of("tap0", "tap1")) {
      addresses.add(listen(loop, tap));
    }
  }

  private InetSocketAddress listen(GuestLoop loop, String tap) {
    Attachment attachment =
        new Attachment(tap, tap, Mode.NETNS, Optional.empty(), "md0", Optional.empty(), Set.of());
    Ingress ingress = new Ingress(attachment, MacAddress.parse(MAC));
    Plug plug = new Plug(attachment, System.nanoTime());
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel guest) {
                    guest.pipeline().addLast(new GuestConnection(loop, plug, ingress));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return (InetSocketAddress) channel.localAddress();
  }

  /** A connection of a guest. */
  Guest guest(int tap) throws IOException {
    return new Guest(addresses.get(tap));
  }

  @Override
  public void close() {
    var _ = group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
  }

  /** A client that may have several requests under way on one connection. */
  static final class Guest implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    private Guest(InetSocketAddress address) throws IOException {
      socket = new Socket(address.getAddress(), address.getPort());
      socket.setSoTimeout(20_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    Guest send(String path, String... headers) throws IOException {
      String more = String.join("", List.of(headers).stream().map(line -> line + "\r\n").toList());
      String request = "GET " + path + " HTTP/1.1\r\nHost: 169.254.169.254\r\n" + more + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Answer receive() throws IOException {
      List<String> head = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
      Answer answer = new Answer(Integer.parseInt(head.getFirst().substring(9, 12)), head, "");
      String length = answer.header("Content-Length");
      char[] body = new char[length.isEmpty() ? 0 : Integer.parseInt(length)];
      for (int read = 0; read < body.length; ) {
        read += in.read(body, read, body.length - read);
      }
      return new Answer(answer.status, head, new String(body));
    }

    Answer get(String path, String... headers) throws IOException {
      return send(path, headers).receive();
    }

    boolean hasAnswer() throws IOException {
      return in.ready();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
