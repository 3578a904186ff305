package io.tapmeta.proxy.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.listen.AttachmentDirectory;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.upstream.Upstream;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The node as its files describe it, asked in process: the daemon's own reading of records, its
 * resolver and its guest connection, with no socket. Targets of vendor data and the upstream are
 * asked in earnest.
 */
final class OfflineNode implements AutoCloseable {
  private static final String HEAD_END = "\r\n\r\n";
  private static final String INTERIM = "HTTP/1.1 100 ";

  private final Configuration configuration;
  private final Resolver resolver = new Resolver(Set.of(DirectorySource.NAME));
  private final DirectorySource source;
  private final PasswordStore passwords;
  private final NodeVendorData nodeVendorData;
  private final VendorTargets vendorTargets;
  private final RouteTable routes;

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
    routes = RouteTable.complete(nodeVendorData);
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
      throw new IOException(noSender(tap));
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
    try (OfflineUpstream upstream = new OfflineUpstream(configuration.upstream())) {
      return ask(ingress, method, path, headers, note, upstream);
    }
  }

  private Answer ask(
      Ingress ingress,
      String method,
      String path,
      List<String> headers,
      String note,
      OfflineUpstream upstream)
      throws IOException {
    Resolution resolution = resolver.resolve(ingress);
    Optional<String> instance =
        resolution instanceof Resolution.Found found
            ? Optional.of(found.record().instance().uuid())
            : Optional.empty();
    Optional<String> mac = Optional.of(ingress.mac().toString());
    Optional<Route> route = routes.find(path);
    if (!upstream.obstacle().isEmpty() && needsUpstream(resolution, route)) {
      return new Answer(0, "", new byte[0], instance, mac, note + upstream.obstacle());
    }
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    byte[] response =
        SocketlessGuest.ask(
            service(upstream.upstream(), meters),
            configuration,
            ingress,
            request(method, path, headers));
    String text = new String(response, StandardCharsets.ISO_8859_1);
    int start = text.startsWith(INTERIM) ? text.indexOf(HEAD_END) + HEAD_END.length() : 0;
    int headEnd = text.indexOf(HEAD_END, start) + HEAD_END.length();
    String head = text.substring(start, headEnd);
    int status = Integer.parseInt(head.substring(9, 12));
    byte[] body = Arrays.copyOfRange(response, headEnd, response.length);
    boolean unlisted = route.map(Route::kind).equals(Optional.of(Route.Kind.UNLISTED));
    String asked =
        status == 404 && unlisted && !upstream.obstacle().isEmpty()
            ? upstream.obstacle()
            : upstream.outcome(status);
    String why =
        status < 400
            ? ""
            : note + (asked.isEmpty() ? why(refusal(meters), resolution, ingress, path) : asked);
    return new Answer(status, head, body, instance, mac, why);
  }

  @Override
  public void close() {
    source.close();
    passwords.close();
    nodeVendorData.close();
    vendorTargets.close();
  }

  /** True where nothing can be said, and above all nothing be stored, without the upstream. */
  private static boolean needsUpstream(Resolution resolution, Optional<Route> route) {
    return resolution instanceof Resolution.Found found
        && (found.record().instance().identityOnly()
            || route.map(Route::kind).equals(Optional.of(Route.Kind.PASSWORD)));
  }

  private static String request(String method, String path, List<String> headers) {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    if (headers.stream().noneMatch(header -> header.regionMatches(true, 0, "host:", 0, 5))) {
      request.append("Host: 169.254.169.254\r\n");
    }
    headers.forEach(header -> request.append(header).append("\r\n"));
    return request.append("Connection: close\r\n\r\n").toString();
  }

  private GuestService service(Optional<Upstream> upstream, SimpleMeterRegistry meters) {
    return new GuestService(
        resolver,
        routes,
        new DocumentCache(configuration.cache().size()),
        passwords,
        upstream,
        vendorTargets,
        new GuestMetrics(meters));
  }

  /** The one that was counted; empty where the answer was none of ours. */
  private static Optional<Refusal> refusal(SimpleMeterRegistry meters) {
    return Arrays.stream(Refusal.values())
        .filter(
            refusal ->
                meters.find("tapmeta.requests").tag("outcome", refusal.word()).counters().stream()
                    .anyMatch(counter -> counter.count() > 0))
        .findFirst();
  }

  private static String why(
      Optional<Refusal> refusal, Resolution resolution, Ingress ingress, String path) {
    String words = refusal.map(RefusalWords::of).orElse("");
    return words.isEmpty() ? why(resolution, ingress, path) : words;
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
    List<MacAddress> macs = macs(tap);
    return macs.size() == 1 ? Optional.of(macs.getFirst()) : Optional.empty();
  }

  private String noSender(String tap) {
    List<MacAddress> macs = macs(tap);
    return macs.isEmpty()
        ? "--tap: %s: no record has a port on it (expected: a tap of one, or --mac too)"
            .formatted(tap)
        : "--mac: missing (expected: one of %s, all of ports on %s)"
            .formatted(
                macs.stream().map(MacAddress::toString).collect(Collectors.joining(", ")), tap);
  }

  private List<MacAddress> macs(String tap) {
    return resolver.index().records().stream()
        .flatMap(record -> record.instance().ports().stream())
        .filter(port -> port.tap().equals(Optional.of(tap)))
        .map(port -> port.mac())
        .toList();
  }
}
