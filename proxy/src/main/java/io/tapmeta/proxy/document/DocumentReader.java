package io.tapmeta.proxy.document;

import io.tapmeta.proxy.document.DocumentCache.CacheMetrics;
import io.tapmeta.resolver.InstanceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents through the cache, rendering on a miss. Belongs to one thread: the key that it
 * looks up with is one object, so that a hit allocates nothing.
 */
public final class DocumentReader {
  private final DocumentCache cache;
  private final CacheMetrics metrics;
  private final DocumentCache.Key probe = new DocumentCache.Key();

  DocumentReader(DocumentCache cache, CacheMetrics metrics) {
    this.cache = cache;
    this.metrics = metrics;
  }

  /** The answer to a path, or null where this instance has no such document. */
  public @Nullable EncodedAnswer read(InstanceRecord record, Route route, Requester requester) {
    if (record.instance().identityOnly()) {
      return null;
    }
    probe.revision = record.revision();
    // Read before anything is rendered: what is then rendered is at least of this generation.
    probe.generation = cache.generation();
    probe.route = route;
    EncodedAnswer cached = cache.get(probe);
    if (cached != null) {
      metrics.hit();
      return cached;
    }
    Document document = route.render(record.instance(), requester).orElse(null);
    if (document == null) {
      return null;
    }
    EncodedAnswer rendered = EncodedAnswer.ok(document);
    if (document.reusable() && route.kind() != Route.Kind.UNLISTED) {
      metrics.miss();
      cache.put(probe, rendered);
    }
    return rendered;
  }
}
