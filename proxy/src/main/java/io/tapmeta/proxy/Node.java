package io.tapmeta.proxy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tapmeta.proxy.admin.AdminHandler;
import io.tapmeta.proxy.admin.Liveness;
import io.tapmeta.proxy.admin.Readiness;
import io.tapmeta.proxy.admin.StateReport;
import io.tapmeta.proxy.audit.AuditLog;
import io.tapmeta.proxy.audit.AuditMetrics;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.BootDocuments;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.GuestService;
import io.tapmeta.proxy.http.GuestSettings;
import io.tapmeta.proxy.kernel.LinkEvents;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.listen.AttachmentDirectory;
import io.tapmeta.proxy.listen.GuestListeners;
import io.tapmeta.proxy.listen.HopLimits;
import io.tapmeta.proxy.listen.ListenerOpener;
import io.tapmeta.proxy.listen.Presence;
import io.tapmeta.proxy.metrics.BuildInfo;
import io.tapmeta.proxy.metrics.CoarseClock;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.metrics.NodeMetrics;
import io.tapmeta.proxy.metrics.VendorDataMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.upstream.Upstream;
import io.tapmeta.proxy.upstream.UpstreamMetrics;
import io.tapmeta.proxy.vendor.NodeVendorData;
import io.tapmeta.proxy.vendor.VendorTargets;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.source.DirectoryFollower;
import io.tapmeta.resolver.source.DirectorySource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The parts of the daemon and how they are joined.
 *
 * <pre>
 *   attachments directory ─▶ AttachmentDirectory ─▶ GuestListeners ─▶ sockets in namespaces
 *   records directory ─────▶ DirectorySource ─────▶ Resolver            │ accept, identify
 *                                                      ▲                ▼
 *                            AdminHandler              └────── GuestConnection ─▶ documents
 * </pre>
 */
final class Node {
  private final CoarseClock clock = new CoarseClock();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
  private final AuditLog auditLog;
  private final NetworkNamespaces namespaces;
  private final PasswordStore passwords;
  private final NodeVendorData nodeVendorData;
  private final VendorTargets vendorTargets;
  private final Optional<Upstream> upstream;
  private final Resolver resolver;
  private final DirectorySource source;
  private final EventLoops loops;
  private final GuestListeners listeners;
  private final AttachmentDirectory attachments;
  private final Presence presence;
  private final DirectoryFollower namespaceFollower;
  private final LinkEvents links;
  private final BootDocuments bootDocuments;
  private final BootPreparation bootPreparation;
  private final AdminHandler adminPages;

  /**
   * @param retired is run when another tapmeta has taken this one's place
   */
  Node(Configuration configuration, Runnable retired) throws IOException {
    BuildInfo build = BuildInfo.ofThisJar();
    GuestMetrics guestMetrics = new GuestMetrics(registry);
    NodeMetrics nodeMetrics = new NodeMetrics(registry, build);
    auditLog = new AuditLog(configuration.audit(), new AuditMetrics(registry));
    namespaces = new NetworkNamespaces();
    passwords = new PasswordStore(configuration.passwords().directory());
    resolver = new Resolver(Set.of(DirectorySource.NAME));
    source = new DirectorySource(configuration.sources().directory(), resolver);
    DocumentCache documents = new DocumentCache(configuration.cache().size());
    nodeVendorData =
        new NodeVendorData(configuration.vendorData().jsonfilePath(), documents::renew);
    VendorDataMetrics vendorDataMetrics = new VendorDataMetrics(registry);
    vendorDataMetrics.file(nodeVendorData::isGood);
    vendorTargets =
        new VendorTargets(configuration.vendorData(), nodeVendorData, vendorDataMetrics);
    UpstreamMetrics upstreamMetrics = new UpstreamMetrics(registry);
    upstream =
        configuration.upstream().isPresent()
            ? Optional.of(new Upstream(configuration.upstream().get(), upstreamMetrics))
            : Optional.empty();
    RouteTable routes = RouteTable.complete(nodeVendorData);
    bootDocuments = new BootDocuments(routes, documents);
    bootPreparation = new BootPreparation(resolver, bootDocuments);
    Configuration.Guest guest = configuration.guest();
    loops =
        new EventLoops(
            guest.eventLoops(),
            new GuestService(
                resolver,
                routes,
                documents,
                passwords,
                upstream,
                vendorTargets,
                guestMetrics,
                Optional.of(auditLog)),
            GuestSettings.of(configuration, Descriptors.most()));
    presence = new Presence(configuration.attachments().directory());
    listeners =
        new GuestListeners(
            new ListenerOpener(namespaces, guest.addresses(), guest.port(), guestMetrics),
            new HopLimits(resolver, guest.hopLimit()),
            loops.loops(),
            new Plugs(presence, nodeMetrics, bootPreparation));
    links = new LinkEvents(new Hints.OfLinks(listeners));
    attachments = new AttachmentDirectory(configuration.attachments().directory(), listeners);
    namespaceFollower =
        new DirectoryFollower(
            "namespaces", NetworkNamespaces.DIRECTORY, new Hints.OfNamespaces(listeners));
    nodeMetrics.attachments(listeners::count);
    nodeMetrics.source(DirectorySource.NAME, source::status);
    nodeMetrics.records(resolver, source::status);
    adminPages =
        new AdminHandler(
            registry,
            new Liveness(loops.loops()),
            new Readiness(() -> Map.of(DirectorySource.NAME, source.status()), listeners),
            new StateReport(
                listeners, resolver, () -> Map.of(DirectorySource.NAME, source.status()), build),
            retired);
  }

  AdminHandler adminPages() {
    return adminPages;
  }

  /** Begins to read what is to be served. */
  void read() {
    auditLog.start();
    resolver.onPublication(
        _ -> loops.loops().forEach(loop -> loop.executor().execute(loop::recheckHeld)));
    resolver.onPublication(listeners::recordsChanged);
    resolver.onPublication(bootPreparation::published);
    var _ =
        loops
            .loops()
            .getFirst()
            .executor()
            .scheduleAtFixedRate(clock::tick, 1, 1, TimeUnit.SECONDS);
    bootDocuments.start();
    upstream.ifPresent(Upstream::start);
    nodeVendorData.start();
    listeners.start();
    source.start();
  }

  /** True once all records are there. */
  boolean hasRecords() {
    return resolver.isReady();
  }

  /** Begins to follow who is attached, and to listen for them. */
  void listen() {
    links.start();
    attachments.start();
    namespaceFollower.start();
  }

  /** From now on the scripts may wait for this one to listen. */
  void announce() {
    presence.announce();
  }

  /** True once all that can be listened for is. */
  boolean isListening() {
    return listeners.isSynced();
  }

  /**
   * Puts what can be changed in force, and reads everything again.
   *
   * @throws IllegalArgumentException where the audit log cannot be written; nothing has changed then
   */
  void apply(Configuration next) {
    try {
      auditLog.apply(next.audit());
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    GuestSettings settings = GuestSettings.of(next, Descriptors.most());
    vendorTargets.apply(next.vendorData());
    loops.onEach(loop -> loop.apply(settings)).join();
    source.refresh();
    nodeVendorData.refresh();
    attachments.refresh();
  }

  /** From now on no attachment comes or goes. */
  void stopFollowing() {
    presence.close();
    attachments.close();
    namespaceFollower.close();
    links.close();
  }

  /** Leaves new connections to be asked for again, and accepts those that have begun. */
  void refuseNew() {
    listeners.refuseNew();
  }

  /** Closes the listening sockets. */
  void stopAccepting() {
    listeners.stopAccepting();
  }

  /** Has every connection closed after its next answer. */
  void announceEnd() {
    loops.onEach(GuestLoop::announceEnd).join();
  }

  /**
   * Lets what is under way end, and closes all but the admin side, in the order in which things lean
   * on each other.
   */
  void end(Duration drain) {
    loops.onEach(GuestLoop::drain).join();
    loops.awaitDrained(drain);
    loops.close();
    auditLog.close();
    upstream.ifPresent(Upstream::close);
    vendorTargets.close();
    bootDocuments.close();
    nodeVendorData.close();
    passwords.close();
    source.close();
    try {
      namespaces.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
