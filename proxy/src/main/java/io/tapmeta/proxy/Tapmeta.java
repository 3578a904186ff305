package io.tapmeta.proxy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tapmeta.proxy.admin.AdminHandler;
import io.tapmeta.proxy.admin.AdminServer;
import io.tapmeta.proxy.admin.Liveness;
import io.tapmeta.proxy.admin.Predecessor;
import io.tapmeta.proxy.admin.Readiness;
import io.tapmeta.proxy.admin.StateReport;
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
import io.tapmeta.proxy.listen.ListenerOpener;
import io.tapmeta.proxy.metrics.BuildInfo;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running daemon.
 *
 * <pre>
 *   attachments directory ─▶ AttachmentDirectory ─▶ GuestListeners ─▶ sockets in namespaces
 *   records directory ─────▶ DirectorySource ─────▶ Resolver            │ accept, identify
 *                                                      ▲                ▼
 *   admin address, socket ◀─ AdminServer               └────── GuestConnection ─▶ documents
 * </pre>
 *
 * <p>Shut down in the order: attachments, listeners, connections, loops, vendor data, source, admin.
 */
public final class Tapmeta implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tapmeta.class);

  /** Handshakes that have begun end within this, and a guest that asks often meets the goodbye. */
  private static final Duration SETTLE = Duration.ofMillis(250);

  /** A successor waits so long for attachments and records before it takes over. */
  private static final Duration TAKEOVER = Duration.ofSeconds(30);

  /** Requests under way get this long to end; systemd's patience is 90 s. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
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
  private final DirectoryFollower namespaceFollower;
  private final LinkEvents links;
  private final BootDocuments bootDocuments;
  private final BootPreparation bootPreparation;
  private final AdminHandler adminPages;
  private @Nullable AdminServer admin;
  private Configuration configuration;

  private Tapmeta(Configuration configuration, Runnable retired) throws IOException {
    this.configuration = configuration;
    BuildInfo build = BuildInfo.ofThisJar();
    GuestMetrics guestMetrics = new GuestMetrics(registry);
    NodeMetrics nodeMetrics = new NodeMetrics(registry, build);
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
                resolver, routes, documents, passwords, upstream, vendorTargets, guestMetrics),
            GuestSettings.of(configuration, Descriptors.most()));
    listeners =
        new GuestListeners(
            new ListenerOpener(namespaces, guest.addresses(), guest.port(), guestMetrics),
            loops.loops(),
            new Plugs(nodeMetrics, bootPreparation));
    links = new LinkEvents(new Hints.OfLinks(listeners));
    attachments = new AttachmentDirectory(configuration.attachments().directory(), listeners);
    namespaceFollower =
        new DirectoryFollower(
            "namespaces", NetworkNamespaces.DIRECTORY, new Hints.OfNamespaces(listeners));
    nodeMetrics.attachments(listeners::statuses);
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

  /**
   * Starts everything.
   *
   * @param retired is run when another tapmeta has taken this one's place, which is to end
   * @throws IOException where something that cannot be done without is not to be had
   */
  public static Tapmeta start(Configuration configuration, Runnable retired) throws IOException {
    Tapmeta tapmeta = new Tapmeta(configuration, retired);
    // First, as it fails where another tapmeta runs.
    tapmeta.admin = AdminServer.start(configuration.admin(), tapmeta.adminPages);
    tapmeta.serve();
    return tapmeta;
  }

  /**
   * The same beside a tapmeta that runs with the same admin socket: both listen for every guest, and
   * then the other one ends. What it had not accepted yet, the kernel moves over.
   */
  public static Tapmeta replace(Configuration configuration, Runnable retired) throws IOException {
    Tapmeta tapmeta = new Tapmeta(configuration, retired);
    tapmeta.serve();
    tapmeta.awaitServing();
    if (!Predecessor.retire(configuration.admin().socket())) {
      log.info("{}: nobody there to be replaced", configuration.admin().socket());
    }
    tapmeta.admin = AdminServer.start(configuration.admin(), tapmeta.adminPages);
    return tapmeta;
  }

  private void serve() {
    resolver.onPublication(
        _ -> loops.loops().forEach(loop -> loop.executor().execute(loop::recheckHeld)));
    resolver.onPublication(bootPreparation::published);
    bootDocuments.start();
    upstream.ifPresent(Upstream::start);
    nodeVendorData.start();
    listeners.start();
    source.start();
    links.start();
    attachments.start();
    namespaceFollower.start();
  }

  /** Until all that can be listened for is, and all records are there; within reason. */
  private void awaitServing() {
    long deadline = System.nanoTime() + TAKEOVER.toNanos();
    while (!(listeners.isSynced() && resolver.isReady()) && System.nanoTime() - deadline < 0) {
      pause(Duration.ofMillis(10));
    }
  }

  /** Where the admin side listens. */
  public InetSocketAddress adminAddress() {
    return Objects.requireNonNull(admin, "not started").address();
  }

  /**
   * Puts another configuration in force, or throws and changes nothing. Records and attachments are
   * read again as well.
   *
   * @throws IllegalArgumentException naming the keys that take a restart
   */
  public synchronized void reload(Configuration next) {
    List<String> fixed = RestartOnly.changed(configuration, next);
    if (!fixed.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", fixed) + " (expected: as at the start; a change takes a restart)");
    }
    GuestSettings settings = GuestSettings.of(next, Descriptors.most());
    vendorTargets.apply(next.vendorData());
    loops.onEach(loop -> loop.apply(settings)).join();
    configuration = next;
    source.refresh();
    nodeVendorData.refresh();
    attachments.refresh();
  }

  /**
   * Lets requests under way end, and ends. New connections are not taken in: guests ask again, and
   * meet whoever is started next.
   */
  @Override
  public void close() {
    endFollowing();
    listeners.refuseNew();
    loops.onEach(GuestLoop::announceEnd).join();
    pause(SETTLE);
    listeners.stopAccepting();
    end();
  }

  /** The same where another tapmeta listens by now: it gets all that was not accepted yet. */
  public void handOver() {
    endFollowing();
    listeners.stopAccepting();
    closeAdmin();
    loops.onEach(GuestLoop::announceEnd).join();
    pause(SETTLE);
    end();
  }

  private void endFollowing() {
    attachments.close();
    namespaceFollower.close();
    links.close();
  }

  private void end() {
    loops.onEach(GuestLoop::drain).join();
    loops.awaitDrained(DRAIN);
    loops.close();
    upstream.ifPresent(Upstream::close);
    vendorTargets.close();
    bootDocuments.close();
    nodeVendorData.close();
    passwords.close();
    source.close();
    closeAdmin();
    try {
      namespaces.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void closeAdmin() {
    if (admin != null) {
      admin.close();
      admin = null;
    }
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
