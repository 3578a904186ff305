package io.tapmeta.proxy.document;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Rendered documents of all instances, encoded for the wire.
 *
 * <p>A key is a record's revision and a route, so that a changed record is simply not in the cache,
 * and what was rendered from the old one ages out. Bounded by bytes.
 */
public final class DocumentCache {
  /** What an entry costs beside its bytes: the key, the map's node, the answer object. */
  private static final int OVERHEAD_BYTES = 160;

  private final Cache<Key, EncodedAnswer> answers;

  /** Either an entry's key or the reusable probe of one reader. */
  static final class Key {
    long revision;
    @Nullable Route route;

    @Override
    public int hashCode() {
      return System.identityHashCode(route) * 31 + Long.hashCode(revision);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.revision == revision && key.route == route;
    }
  }

  /**
   * @param maxBytes weight above which the least useful documents go
   */
  public DocumentCache(long maxBytes) {
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Key _, EncodedAnswer answer) -> answer.bytes().length + OVERHEAD_BYTES)
            // Upkeep is short and happens after a write; a pool of threads would cost more.
            .executor(Runnable::run)
            .build();
  }

  /** How many documents are kept. */
  public long size() {
    return answers.estimatedSize();
  }

  @Nullable EncodedAnswer get(Key probe) {
    return answers.getIfPresent(probe);
  }

  void put(long revision, Route route, EncodedAnswer answer) {
    Key key = new Key();
    key.revision = revision;
    key.route = route;
    answers.put(key, answer);
  }

  /** The documents as one loop reads them. */
  public DocumentReader newReader(CacheMetrics metrics) {
    return new DocumentReader(this, metrics);
  }

  /** Is told of each look-up. */
  public interface CacheMetrics {
    void hit();

    void miss();
  }
}
