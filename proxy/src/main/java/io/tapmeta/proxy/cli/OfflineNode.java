package io.tapmeta.proxy.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.listen.AttachmentDirectory;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.vendor.NodeVendorData;
import io.tapmeta.proxy.vendor.TargetMetrics;
import io.tapmeta.proxy.vendor.VendorTargets;
import io.tapmeta.resolver.Resolution;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.source.DirectorySource;
import io.tapmeta.resolver.text.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The node as its files describe it, asked in process: the daemon's own reading of records, its
 * resolver and its guest connection, with no socket. Targets of vendor data are asked in earnest.
 */
final class OfflineNode implements AutoCloseable {
  /** Beyond all that an answer may wait for. */
  private static final long PATIENCE_SECONDS = 20;

  private static final String HEAD_END = "\r\n\r\n";
  private static final String INTERIM = "HTTP/1.1 100 ";

  private final Configuration configuration;
  private final Resolver resolver = new Resolver(Set.of(DirectorySource.NAME));
  private final DirectorySource source;
  private final PasswordStore passwords;
  private final NodeVendorData nodeVendorData;
  private final VendorTargets vendorTargets;

  /**
   * What the guest would read.
   *
   * @param head status line and headers
   * @param instance the uuid behind the question
   * @param why it was refused, in words for operators; empty where it was not
   */
  record Answer(
      int status,
      String head,
      byte[] body,
      Optional<String> instance,
      Optional<String> mac,
      String why) {}

  OfflineNode(Configuration configuration) throws IOException {
    this.configuration = configuration;
    source = new DirectorySource(configuration.sources().directory(), resolver);
    source.refresh();
    passwords = new PasswordStore(configuration.passwords().directory());
    nodeVendorData = new NodeVendorData(configuration.vendorData().jsonfilePath(), () -> {});
    nodeVendorData.refresh();
    vendorTargets =
        new VendorTargets(configuration.vendorData(), nodeVendorData, TargetMetrics.NONE);
    if (!resolver.isReady()) {
      throw new IOException(
          "sources.directory: %s: unreadable (expected: a directory of records)"
              .formatted(configuration.sources().directory()));
    }
  }

  Answer ask(String tap, Optional<MacAddress> mac, String method, String path, List<String> headers)
      throws IOException {
    Optional<Attachment> attached = attachment(tap);
    Attachment attachment = attached.orElseGet(() -> assumed(tap));
    Optional<MacAddress> sender = mac.or(() -> onlyMac(tap));
    if (sender.isEmpty()) {
      throw new IOException(
          "--mac: missing (expected: a MAC, as not just one port is on " + tap + ")");
    }
    String note = attached.isPresent() ? "" : tap + " is not attached; ";
    if (!attachment.admits(sender.get())) {
      return new Answer(
          0,
          "",
          new byte[0],
          Optional.empty(),
          sender.map(MacAddress::toString),
          "refused at accept: the attachment does not let in " + sender.get());
    }
    Ingress ingress = new Ingress(attachment, sender.get());
    byte[] response = exchange(ingress, method, path, headers);
    String text = new String(response, StandardCharsets.ISO_8859_1);
    int start = text.startsWith(INTERIM) ? text.indexOf(HEAD_END) + HEAD_END.length() : 0;
    int headEnd = text.indexOf(HEAD_END, start) + HEAD_END.length();
    String head = text.substring(start, headEnd);
    int status = Integer.parseInt(head.substring(9, 12));
    byte[] body = Arrays.copyOfRange(response, headEnd, response.length);
    Resolution resolution = resolver.resolve(ingress);
    Optional<String> instance =
        resolution instanceof Resolution.Found found
            ? Optional.of(found.record().instance().uuid())
            : Optional.empty();
    String why = status < 400 ? "" : note + why(resolution, ingress, path);
    return new Answer(status, head, body, instance, sender.map(MacAddress::toString), why);
  }

  @Override
  public void close() {
    source.close();
    passwords.close();
    nodeVendorData.close();
    vendorTargets.close();
  }

  private byte[] exchange(Ingress ingress, String method, String path, List<String> headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    if (headers.stream().noneMatch(header -> header.regionMatches(true, 0, "host:", 0, 5))) {
      request.append("Host: 169.254.169.254\r\n");
    }
    headers.forEach(header -> request.append(header).append("\r\n"));
    request.append("Connection: close\r\n\r\n");
    // The thread of the loop, to which answers come that somebody else has to give.
    EventLoop thread = new DefaultEventLoop(new DefaultThreadFactory("query", true));
    CompletableFuture<byte[]> response = new CompletableFuture<>();
    try {
      thread.execute(() -> exchange(thread, ingress, request.toString(), response));
      return response.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer: " + e, e);
    } finally {
      var _ = thread.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  private void exchange(
      EventLoop thread, Ingress ingress, String request, CompletableFuture<byte[]> response) {
    GuestLoop loop =
        new GuestLoop(
            thread,
            new GuestService(
                resolver,
                RouteTable.complete(nodeVendorData),
                new DocumentCache(configuration.cache().size()),
                passwords,
                Optional.empty(),
                vendorTargets,
                new GuestMetrics(new SimpleMeterRegistry())),
            GuestSettings.of(configuration.guest()));
    // Plugged in long ago: a question about an unknown guest is answered, not held.
    Plug plug =
        new Plug(ingress.attachment(), System.nanoTime() - configuration.guest().hold().toNanos());
    EmbeddedChannel channel = new EmbeddedChannel(new GuestConnection(loop, plug, ingress));
    channel.closeFuture().addListener(_ -> response.complete(written(channel)));
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
  }

  private static byte[] written(EmbeddedChannel channel) {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes).release();
      response.writeBytes(bytes);
    }
    return response.toByteArray();
  }

  private static String why(Resolution resolution, Ingress ingress, String path) {
    return switch (resolution) {
      case Resolution.Found found ->
          found.record().instance().identityOnly()
              ? found.record().origin() + " has identity only, and there is no upstream"
              : "%s of %s: not there, or not to be had so".formatted(path, found.record().origin());
      case Resolution.Unknown _ -> "no record claims " + ingress.byTap();
      case Resolution.Ambiguous _ -> "several records claim " + ingress.byTap();
      case Resolution.NotReady _ -> "the records could not be read";
    };
  }

  private Optional<Attachment> attachment(String tap) throws IOException {
    Path directory = configuration.attachments().directory();
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .map(file -> AttachmentDirectory.read(file, new Faults(file.toString())))
          .flatMap(Optional::stream)
          .filter(attachment -> attachment.tap().equals(tap))
          .findFirst();
    }
  }

  private static Attachment assumed(String tap) {
    return new Attachment(
        tap, tap, Mode.NETNS, Optional.of(tap), "md0", Optional.empty(), Set.of());
  }

  private Optional<MacAddress> onlyMac(String tap) {
    List<MacAddress> macs =
        resolver.index().records().stream()
            .flatMap(record -> record.instance().ports().stream())
            .filter(port -> port.tap().equals(Optional.of(tap)))
            .map(port -> port.mac())
            .toList();
    return macs.size() == 1 ? Optional.of(macs.getFirst()) : Optional.empty();
  }
}
