package io.tapmeta.proxy.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.tapmeta.proxy.config.UpstreamSettings;
import io.tapmeta.proxy.document.EncodedAnswer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The backend's answers, for a while. An entry belongs to one guest at one time: its key has the
 * guest's state in it, which is another object after a re-plug, the revision of its record, and an
 * epoch that every POST moves on.
 *
 * <p>A guest's new answers push out those of its own that it has not asked for for longest, never
 * another guest's: where the node's bytes are all taken by others, an answer is not kept.
 */
final class UpstreamCache {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /** What an entry costs beside its bytes. */
  private static final int OVERHEAD_BYTES = 512;

  /** One guest may not have more entries than this: a boot asks for about thirty. */
  static final int MAX_ENTRIES = 128;

  private final Cache<Key, Entry> answers;
  private final UpstreamSettings.Cache settings;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * What was asked for, by whom and when.
   *
   * @param accept the guest's {@code Accept}, by which the backend chooses the type of its errors
   * @param address from which the guest asks: Nova says it where an instance has no IPv4
   */
  record Key(
      GuestUpstream guest, int epoch, long revision, String target, String accept, String address) {
    int length() {
      return target.length() + accept.length() + address.length();
    }
  }

  /**
   * An answer.
   *
   * @param freshUntil by {@link System#nanoTime}
   * @param weight bytes that it is counted with
   */
  record Entry(EncodedAnswer answer, long freshUntil, long weight) {
    boolean isFresh() {
      return freshUntil - System.nanoTime() > 0;
    }
  }

  UpstreamCache(UpstreamSettings.Cache settings) {
    this.settings = settings;
    this.answers =
        Caffeine.newBuilder()
            .expireAfterWrite(settings.ttl().plus(settings.staleIfError()).plusSeconds(1))
            .executor(Runnable::run)
            .removalListener(
                (@Nullable Key key, @Nullable Entry entry, RemovalCause _) -> removed(key, entry))
            .build();
  }

  /** The answer, fresh or not. On the guest's loop. */
  Optional<Entry> get(Key key) {
    Optional<Entry> entry = Optional.ofNullable(answers.getIfPresent(key));
    entry.ifPresent(_ -> key.guest().share().used(key));
    return entry;
  }

  /** Keeps an answer that is worth it. On the guest's loop. */
  void put(Key key, EncodedAnswer answer) {
    long ttl =
        switch (answer.status()) {
          case OK -> settings.ttl().toNanos();
          case NOT_FOUND -> settings.negativeTtl().toNanos();
          default -> 0;
        };
    long weight = (long) answer.bytes().length + key.length() + OVERHEAD_BYTES;
    if (ttl > 0 && weight <= settings.perGuest()) {
      CacheShare share = key.guest().share();
      share.unlist(key);
      answers.invalidate(key);
      if (makeRoom(share, weight)) {
        share.added(key, weight);
        answers.put(key, new Entry(answer, System.nanoTime() + ttl, weight));
      }
    }
  }

  /** Drops all that is kept for a guest. On its loop. */
  void forget(GuestUpstream guest) {
    for (Key key = guest.share().pollUnused(); key != null; key = guest.share().pollUnused()) {
      answers.invalidate(key);
    }
  }

  /** Takes that many of the node's bytes, at the cost of what the guest itself has left unused. */
  private boolean makeRoom(CacheShare share, long weight) {
    while (!share.fits(weight, settings.perGuest(), MAX_ENTRIES) || !tryTake(weight)) {
      Key unused = share.pollUnused();
      if (unused == null) {
        return false;
      }
      answers.invalidate(unused);
    }
    return true;
  }

  private boolean tryTake(long weight) {
    if (bytes.addAndGet(weight) > settings.size()) {
      bytes.addAndGet(-weight);
      // What has expired is found when somebody looks for it.
      answers.cleanUp();
      return false;
    }
    return true;
  }

  private void removed(@Nullable Key key, @Nullable Entry entry) {
    if (key != null && entry != null) {
      bytes.addAndGet(-entry.weight());
      key.guest().share().removed(entry.weight());
    }
  }
}
