package io.tapmeta.proxy.document;

import io.tapmeta.proxy.document.DocumentCache.CacheMetrics;
import io.tapmeta.resolver.InstanceRecord;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renders what an instance asks for during a boot before it asks, on a thread of its own: a guest
 * that was just plugged in meets answers that are ready.
 *
 * <p>Which documents these are was seen on the wire of cloud-init's OpenStack and EC2 sources and of
 * cloudbase-init. Rendering ahead never pushes out what guests did ask for: it stops where the cache
 * is nearly full.
 */
public final class BootDocuments implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BootDocuments.class);
  private static final List<String> TREES =
      List.of("/openstack/2018-08-27/", "/openstack/latest/", "/latest/");

  /** Lookups that no guest made are nobody's hits and misses. */
  private static final CacheMetrics UNCOUNTED =
      new CacheMetrics() {
        @Override
        public void hit() {}

        @Override
        public void miss() {}
      };

  private final DocumentCache cache;
  private final List<Route> routes;
  private final DocumentReader reader;
  private final BlockingQueue<InstanceRecord> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  public BootDocuments(RouteTable table, DocumentCache cache) {
    this.cache = cache;
    this.routes = table.routes().stream().filter(BootDocuments::isAskedAtBoot).toList();
    this.reader = cache.newReader(UNCOUNTED);
    this.thread = Thread.ofPlatform().daemon().name("boot-documents").unstarted(this::work);
  }

  public void start() {
    thread.start();
  }

  /** Has the documents rendered soon. On any thread. */
  public void prepare(InstanceRecord record) {
    if (!record.instance().identityOnly()) {
      queue.add(record);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void work() {
    try {
      while (true) {
        render(queue.take());
      }
    } catch (InterruptedException _) {
      // Closed: the end of the thread.
    }
  }

  /** Renders what fits. On the thread, or on one instead of it. */
  void render(InstanceRecord record) {
    try {
      for (Route route : routes) {
        if (cache.isNearlyFull()) {
          return;
        }
        reader.read(record, route, () -> "");
      }
    } catch (RuntimeException e) {
      // Whoever asks for it meets the same, and is told; this thread goes on.
      log.error("{}: not rendered ahead", record.origin(), e);
    }
  }

  private static boolean isAskedAtBoot(Route route) {
    boolean rendered =
        route.kind() == Route.Kind.DOCUMENT || route.kind() == Route.Kind.VENDOR_DATA;
    return rendered
        && (route.path().equals("/openstack")
            || TREES.stream().anyMatch(tree -> route.path().startsWith(tree)));
  }
}
