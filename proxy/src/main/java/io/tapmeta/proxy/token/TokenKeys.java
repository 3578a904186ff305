package io.tapmeta.proxy.token;

import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that tokens are sealed with: a new one each time the oldest token of the one before may
 * still be good, so that two are enough. Belongs to one loop; none of it is ever written anywhere.
 */
public final class TokenKeys {
  /** As long as the longest token lives. */
  static final long PERIOD_NANOS = Duration.ofSeconds(TokenLifetime.MAX_SECONDS).toNanos();

  private static final int KEY_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private Key current;
  private @Nullable Key previous;

  /**
   * A key and when it came into use.
   *
   * @param id which of the two that are in use at a time: it alternates
   */
  record Key(byte id, SecretKey secret, long since) {
    boolean isDead(long now) {
      return now - since >= 2 * PERIOD_NANOS;
    }
  }

  public TokenKeys(long now) {
    current = fresh(0, now);
  }

  /** The key to seal with. */
  Key current(long now) {
    if (now - current.since >= PERIOD_NANOS) {
      previous = current;
      current = fresh(previous.id ^ 1, now);
    }
    return current;
  }

  /** The key of that id, or null where its tokens have all ended. */
  @Nullable Key find(byte id, long now) {
    Key found = current.id == id ? current : previous;
    return found != null && found.id == id && !found.isDead(now) ? found : null;
  }

  private Key fresh(int id, long now) {
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    return new Key((byte) id, new SecretKeySpec(secret, "AES"), now);
  }
}
