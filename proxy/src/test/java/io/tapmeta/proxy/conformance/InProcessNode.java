package io.tapmeta.proxy.conformance;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
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
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Port;
import io.tapmeta.resolver.source.DirectorySource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The daemon's reading of records, its resolver and its guest connection, with no socket. */
final class InProcessNode implements Node, AutoCloseable {
  private static final String HEAD_END = "\r\n\r\n";
  private static final String CONTINUE = "HTTP/1.1 100 Continue" + HEAD_END;

  /** The address that every guest has, as in the real thing. */
  private static final SocketAddress GUEST =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.5"), 40_000);

  private final Records records;
  private final Path passwords;
  private final DirectorySource source;
  private final Resolver resolver = new Resolver(Set.of(DirectorySource.NAME));
  private final RouteTable routes = RouteTable.complete();
  private final DocumentCache cache = new DocumentCache(Configuration.DEFAULTS.cache().size());
  private final GuestMetrics metrics = new GuestMetrics(new SimpleMeterRegistry());

  /** What a guest that is none of the records' comes in by. */
  private static final Ingress NOWHERE =
      new Ingress(
          new Attachment(
              "tap0", "tap0", Mode.NETNS, Optional.of("tap0"), "md0", Optional.empty(), Set.of()),
          MacAddress.parse("fa:16:3e:ff:ff:fe"));

  InProcessNode(Records records, Path directory) throws IOException {
    this.records = records;
    passwords = directory.resolve("passwords");
    Path instances = Files.createDirectory(directory.resolve("instances"));
    for (Records.VmRecord record : records.all()) {
      Files.writeString(instances.resolve(record.name() + ".json"), record.text());
    }
    source = new DirectorySource(instances, resolver);
    source.refresh();
    if (!resolver.index().conflicts().isEmpty()) {
      throw new IllegalStateException(resolver.index().conflicts().toString());
    }
  }

  @Override
  public Response answer(String record, Ask ask) {
    Ingress ingress = record.equals(Records.NOBODY) ? NOWHERE : ingress(records.get(record).port());
    EmbeddedChannel channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return GUEST;
          }
        };
    // Closed before its answers are read, since they come from its own thread; and opened anew for
    // each request, as after a restart.
    try (PasswordStore store = new PasswordStore(passwords)) {
      GuestService service = new GuestService(resolver, routes, cache, store, metrics);
      GuestSettings settings = GuestSettings.of(Configuration.DEFAULTS.guest());
      GuestLoop loop = new GuestLoop(channel.eventLoop(), service, settings);
      // Long ago: an unknown guest is answered, not held.
      Plug plug = new Plug(ingress.attachment(), System.nanoTime() - settings.holdNanos());
      channel.pipeline().addLast(new GuestConnection(loop, plug, ingress));
      ask.pieces().forEach(piece -> channel.writeInbound(Unpooled.wrappedBuffer(piece)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel.runPendingTasks();
    return response(channel);
  }

  @Override
  public void close() {
    source.close();
  }

  private static Ingress ingress(Port port) {
    String tap = port.tap().orElse("tap0");
    return new Ingress(
        new Attachment(
            tap, tap, Mode.NETNS, Optional.of(tap), "md0", port.networkId(), Set.of(port.mac())),
        port.mac());
  }

  private static Response response(EmbeddedChannel channel) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes).release();
      sent.writeBytes(bytes);
    }
    channel.finishAndReleaseAll();
    byte[] bytes = sent.toByteArray();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int headStart = text.startsWith(CONTINUE) ? CONTINUE.length() : 0;
    int bodyStart = text.indexOf(HEAD_END, headStart) + HEAD_END.length();
    if (bodyStart < HEAD_END.length()) {
      throw new AssertionError("no answer: " + text);
    }
    return new Response(
        text.substring(headStart, bodyStart), Arrays.copyOfRange(bytes, bodyStart, bytes.length));
  }
}
