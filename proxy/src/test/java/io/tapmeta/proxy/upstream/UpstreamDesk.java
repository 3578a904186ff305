package io.tapmeta.proxy.upstream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.config.EndpointUrl;
import io.tapmeta.proxy.config.UpstreamSettings;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.vendor.VendorTargets;
import io.tapmeta.proxy.wire.ListeningSocket;
import io.tapmeta.proxy.wire.Welcome;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A daemon's one event loop with its guests on loopback, in front of some backends. */
final class UpstreamDesk implements AutoCloseable {
  /** The test vector of the contract. */
  static final String SECRET = "correct-horse";

  static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";
  static final String SIGNATURE =
      "902162f30663b75e5a672c1f0a1388db8a94333d0b3f653d7b5e780d3d5691c5";
  static final String PROJECT = "f3a91c0de4b24d0b8f3cbb6a1d2e7c40";

  /** What a bare identity does not answer by itself. */
  static final String ANY = "/latest/meta-data/anything";

  static final String META_DATA = "/openstack/latest/meta_data.json";
  static final String PASSWORD = "/openstack/latest/password";

  /** The guest whose record has documents. */
  static final int FULL = 100;

  /** Another guest behind the attachment of guest 0, as in a namespace that was adopted. */
  static final int NEIGHBOUR = 101;

  /** The guest towards whom next to nothing fits into the kernel. */
  static final int NARROW_GUEST = 99;

  private static final String MAC = "fa:16:3e:5a:01:37";
  private static final String NEIGHBOUR_MAC = "fa:16:3e:5a:01:38";
  private static final int WIDE = 256 * 1024;
  private static final int NARROW = 4096;

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Resolver resolver = new Resolver(Set.of());
  private final Map<Integer, Plug> plugs = new ConcurrentHashMap<>();
  private final Map<Integer, InetSocketAddress> addresses = new ConcurrentHashMap<>();
  private final List<ListeningSocket> sockets = new CopyOnWriteArrayList<>();
  private final Upstream upstream;
  private final GuestLoop loop;
  private long revision = 1;

  /** Settings that are the defaults but for what a test says. */
  static final class Plan {
    private final List<String> endpoints;
    private final Path directory;
    private List<Path> secrets = List.of();
    private final Duration connectTimeout = Duration.ofSeconds(1);
    private Duration deadline = Duration.ofSeconds(5);
    private int perGuest = 16;
    private int perGuestWaiting = 64;
    private int perNode = 256;
    private int buffer = 256 * 1024;
    private long cacheSize = 16L * 1024 * 1024;
    private long cachePerGuest = 1024 * 1024;
    private NameService names = NameService.SYSTEM;
    private Duration ttl = Duration.ZERO;
    private Duration negativeTtl = Duration.ZERO;
    private Duration stale = Duration.ZERO;
    private Duration writeTimeout = Duration.ofSeconds(30);
    private UpstreamSettings.Tls tls =
        new UpstreamSettings.Tls(false, Optional.empty(), Optional.empty(), Optional.empty());

    Plan(Path directory, MisbehavingBackend... backends) {
      this.directory = directory;
      this.endpoints = new ArrayList<>(Stream.of(backends).map(MisbehavingBackend::url).toList());
      secrets(SECRET);
    }

    Plan endpoint(String url) {
      endpoints.add(url);
      return this;
    }

    Plan secrets(String... texts) {
      List<Path> files = new ArrayList<>();
      for (String text : texts) {
        files.add(write(directory.resolve("secret-" + files.size()), text + "\n"));
      }
      secrets = files;
      return this;
    }

    Plan deadline(Duration value) {
      deadline = value;
      return this;
    }

    Plan limits(int guest, int node) {
      perGuest = guest;
      perNode = node;
      return this;
    }

    /** How many more of one guest may wait. */
    Plan waiting(int guest) {
      perGuestWaiting = guest;
      return this;
    }

    /** How much of the cache is for all guests and for one, in bytes. */
    Plan cacheSize(long all, long guest) {
      cacheSize = all;
      cachePerGuest = guest;
      return this;
    }

    Plan names(NameService value) {
      names = value;
      return this;
    }

    Plan buffer(int bytes) {
      buffer = bytes;
      return this;
    }

    Plan cache(Duration fresh, Duration negative, Duration staleIfError) {
      ttl = fresh;
      negativeTtl = negative;
      stale = staleIfError;
      return this;
    }

    /** Answers stay fresh for the whole test. */
    Plan cached() {
      return cache(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    Plan writeTimeout(Duration value) {
      writeTimeout = value;
      return this;
    }

    Plan tls(UpstreamSettings.Tls value) {
      tls = value;
      return this;
    }

    UpstreamDesk open() throws Exception {
      return new UpstreamDesk(this);
    }

    private UpstreamSettings settings() {
      return new UpstreamSettings(
          endpoints.stream().map(EndpointUrl::parse).toList(),
          secrets,
          connectTimeout,
          deadline,
          perGuest,
          perGuestWaiting,
          perNode,
          buffer,
          new UpstreamSettings.Cache(ttl, negativeTtl, stale, cacheSize, cachePerGuest),
          tls);
    }

    private GuestSettings guestSettings() {
      Limits usual = Configuration.DEFAULTS.guest().limits();
      Limits limits =
          new Limits(
              usual.requestLine(),
              usual.headers(),
              usual.head(),
              usual.body(),
              usual.headTimeout(),
              usual.bodyTimeout(),
              usual.idleTimeout(),
              writeTimeout,
              usual.held());
      return new GuestSettings(0, limits, Set.of("169.254.169.254", "[fe80::a9fe:a9fe]"));
    }
  }

  private UpstreamDesk(Plan plan) throws Exception {
    upstream = new Upstream(plan.settings(), new UpstreamMetrics(meters), plan.names);
    upstream.start();
    EventLoop executor = (EventLoop) group.iterator().next();
    loop =
        executor
            .submit(
                () ->
                    new GuestLoop(
                        executor,
                        new GuestService(
                            resolver,
                            RouteTable.complete(),
                            new DocumentCache(1 << 20),
                            new PasswordStore(plan.directory),
                            Optional.of(upstream),
                            VendorTargets.none(),
                            new GuestMetrics(new SimpleMeterRegistry())),
                        plan.guestSettings()))
            .get();
    publish();
  }

  /** A connection of a guest; one that was not seen before is plugged in. */
  RawGuest guest(int number) {
    return guest(number, WIDE);
  }

  /** The only guest that most tests have. */
  RawGuest guest() {
    return guest(0);
  }

  /** The only guest, by another of its addresses. */
  RawGuest guestFrom(String address) throws IOException {
    return new RawGuest(
        addresses.computeIfAbsent(0, this::listen), WIDE, new InetSocketAddress(address, 0));
  }

  /** One that takes in next to nothing before it is read. */
  RawGuest narrowGuest() {
    return guest(NARROW_GUEST, NARROW);
  }

  /** The same tap plugged in again: its connections go, new ones are another generation's. */
  void replug(int number) throws Exception {
    Plug old = plugs.put(number, plug(number));
    loop.executor().submit(() -> loop.unplug(old)).get();
  }

  /** Every record read again, with another revision. */
  void renewRecords() {
    revision++;
    publish();
  }

  /** How often something has happened, by one tag's value. */
  double count(String meter, String tag, String value) {
    return meters.get(meter).tag(tag, value).counter().count();
  }

  double failures(UpstreamFailure failure) {
    return count("tapmeta.upstream.requests", "outcome", failure.word());
  }

  double cache(String result) {
    return count("tapmeta.upstream.cache.requests", "result", result);
  }

  /** Waits until the loop has done what it was told so far. */
  void settle() throws Exception {
    loop.executor().submit(() -> {}).get();
  }

  /** Reads secrets and certificates again where their files have changed. */
  void refreshFiles() {
    upstream.health().refreshFiles();
  }

  Endpoint endpoint(int number) {
    return upstream.endpoints().all().get(number);
  }

  /** Asks for the addresses of endpoints again. */
  void resolve() {
    upstream.health().resolve();
  }

  /** Connections of guests that are open. */
  int connections() throws Exception {
    return loop.executor().submit(loop::connectionCount).get();
  }

  static String uuid(int number) {
    return number == 0 ? UUID : "5f0c1c1e-7d0a-4c59-9a86-%012d".formatted(number);
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    sockets.forEach(ListeningSocket::stop);
    loop.executor().submit(loop::stop).syncUninterruptibly();
    upstream.close();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private RawGuest guest(int number, int receiveBuffer) {
    try {
      return new RawGuest(addresses.computeIfAbsent(number, this::listen), receiveBuffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InetSocketAddress listen(int number) {
    int attached = attached(number);
    plugs.computeIfAbsent(attached, UpstreamDesk::plug);
    Ingress ingress = new Ingress(attachment(attached), MacAddress.parse(mac(number)));
    try {
      ListeningSocket socket = ListeningSocket.make(SocketProtocolFamily.INET);
      sockets.add(socket);
      // Connections inherit it.
      socket.setSendBufferSize(number == NARROW_GUEST ? NARROW : WIDE);
      socket.listen(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          512,
          loop.executor(),
          new Welcome() {
            @Override
            public GuestConnection accepted(ByteBuffer syn) {
              Plug plug = Objects.requireNonNull(plugs.get(attached));
              return new GuestConnection(loop, plug, ingress);
            }

            @Override
            public void acceptFailed(IOException why) {
              throw new UncheckedIOException(why);
            }
          });
      return socket.localAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void publish() {
    List<InstanceRecord> records = new ArrayList<>();
    for (int number = 0; number <= NEIGHBOUR; number++) {
      records.add(new InstanceRecord(instance(number), revision * 1000 + number, "test"));
    }
    resolver.publish("test", records);
  }

  private static Instance instance(int number) {
    String text =
        """
        {"uuid": "%s", "project_id": "%s", %s "ports": [{"mac": "%s", "tap": "tap%d"}]}"""
            .formatted(
                uuid(number),
                PROJECT,
                number == FULL ? "\"name\": \"vm\"," : "",
                mac(number),
                attached(number));
    Faults faults = new Faults("record");
    return InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)
        .orElseThrow(() -> new AssertionError(faults.list() + "\n" + text));
  }

  /** By which attachment a guest comes in. */
  private static int attached(int number) {
    return number == NEIGHBOUR ? 0 : number;
  }

  private static String mac(int number) {
    return number == NEIGHBOUR ? NEIGHBOUR_MAC : MAC;
  }

  private static Plug plug(int number) {
    return new Plug(attachment(number), System.nanoTime());
  }

  private static Attachment attachment(int number) {
    String tap = "tap" + number;
    return new Attachment(
        tap, tap, Mode.NETNS, Optional.empty(), "md0", Optional.empty(), Set.of());
  }
}
