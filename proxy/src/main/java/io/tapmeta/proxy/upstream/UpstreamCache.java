package io.tapmeta.proxy.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapmeta.proxy.config.UpstreamSettings;
import io.tapmeta.proxy.document.EncodedAnswer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backend's answers, for a while. An entry belongs to one guest at one time: its key has the
 * guest's state in it, which is another object after a re-plug, the revision of its record, and an
 * epoch that every POST moves on.
 */
final class UpstreamCache {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /** What an entry costs beside its bytes. */
  private static final int OVERHEAD_BYTES = 256;

  /** One guest may not have more entries than this: a boot asks for about thirty. */
  private static final int PER_GUEST = 128;

  private final Cache<Key, Entry> answers;
  private final UpstreamSettings settings;

  record Key(GuestUpstream guest, int epoch, long revision, String target) {}

  /**
   * An answer.
   *
   * @param freshUntil by {@link System#nanoTime}
   */
  record Entry(EncodedAnswer answer, long freshUntil) {
    boolean isFresh() {
      return freshUntil - System.nanoTime() > 0;
    }
  }

  UpstreamCache(UpstreamSettings settings) {
    this.settings = settings;
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(settings.cache().size())
            .weigher((Key _, Entry entry) -> entry.answer().bytes().length + OVERHEAD_BYTES)
            .expireAfterWrite(
                settings.cache().ttl().plus(settings.cache().staleIfError()).plusSeconds(1))
            .executor(Runnable::run)
            .removalListener((key, _, _) -> forget(key))
            .build();
  }

  /** The answer, fresh or not. */
  Optional<Entry> get(Key key) {
    return Optional.ofNullable(answers.getIfPresent(key));
  }

  /** Keeps an answer that is worth it. */
  void put(Key key, EncodedAnswer answer) {
    long ttl =
        switch (answer.status()) {
          case OK -> settings.cache().ttl().toNanos();
          case NOT_FOUND -> settings.cache().negativeTtl().toNanos();
          default -> 0;
        };
    if (ttl > 0 && key.guest().cached() < PER_GUEST) {
      key.guest().cachedMore();
      answers.put(key, new Entry(answer, System.nanoTime() + ttl));
    }
  }

  private static void forget(@Nullable Key key) {
    if (key != null) {
      key.guest().cachedLess();
    }
  }
}
