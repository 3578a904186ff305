package io.tapmeta.proxy.document;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Rendered documents of all instances, encoded for the wire.
 *
 * <p>A key is a record's revision and a route, so that a changed record is simply not in the cache,
 * and what was rendered from the old one ages out; and a generation, for what the node itself adds to
 * documents. Bounded by bytes.
 */
public final class DocumentCache {
  /** What an entry costs beside its bytes: the key, the map's node, the answer object. */
  private static final int OVERHEAD_BYTES = 160;

  private final Cache<Key, EncodedAnswer> answers;
  private final AtomicLong generation = new AtomicLong();

  /** Either an entry's key or the reusable probe of one reader. */
  static final class Key {
    long revision;
    long generation;
    @Nullable Route route;

    private Key copy() {
      Key copy = new Key();
      copy.revision = revision;
      copy.generation = generation;
      copy.route = route;
      return copy;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(route) * 31 + Long.hashCode(revision + generation);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.revision == revision
          && key.generation == generation
          && key.route == route;
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

  /** True where so little room is left that what nobody asked for yet is better left out. */
  boolean isNearlyFull() {
    return answers
        .policy()
        .eviction()
        .map(bound -> bound.weightedSize().orElse(0) > bound.getMaximum() / 4 * 3)
        .orElse(false);
  }

  /** Has every document rendered anew: what the node adds to them has changed. */
  public void renew() {
    generation.incrementAndGet();
  }

  @Nullable EncodedAnswer get(Key probe) {
    return answers.getIfPresent(probe);
  }

  void put(Key probe, EncodedAnswer answer) {
    answers.put(probe.copy(), answer);
  }

  long generation() {
    return generation.get();
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
