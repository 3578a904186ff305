package io.tapmeta.proxy.upstream;

import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one guest has in the cache. The order of its entries belongs to the guest's loop; what they
 * take is counted by whoever removes one.
 */
final class CacheShare {
  private final LinkedHashSet<UpstreamCache.Key> byUse = new LinkedHashSet<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger entries = new AtomicInteger();

  /** True where {@code more} bytes would be within {@code limit}, and another entry within its. */
  boolean fits(long more, long limit, int maxEntries) {
    return bytes.get() + more <= limit && byUse.size() < maxEntries;
  }

  /** The entry not asked for for longest, which is no longer listed; null: there is none. */
  UpstreamCache.@Nullable Key pollUnused() {
    return byUse.isEmpty() ? null : byUse.removeFirst();
  }

  void added(UpstreamCache.Key key, long weight) {
    byUse.addLast(key);
    bytes.addAndGet(weight);
    entries.incrementAndGet();
  }

  /** It has been asked for, and is the last to be pushed out. */
  void used(UpstreamCache.Key key) {
    if (byUse.contains(key)) {
      byUse.addLast(key);
    }
  }

  /** No longer listed; how much it took is told by {@link #removed}. */
  void unlist(UpstreamCache.Key key) {
    byUse.remove(key);
  }

  void removed(long weight) {
    bytes.addAndGet(-weight);
    entries.decrementAndGet();
  }

  boolean isEmpty() {
    return entries.get() == 0;
  }
}
