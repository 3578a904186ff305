package io.tapmeta.proxy.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Makes tokens and tells good ones from all others. A token holds nothing but when it ends, sealed
 * with AES-256-GCM; whose it is goes into the seal without being in it. Belongs to one loop.
 *
 * <pre>
 *   base64url of   key id (1) | nonce (12) | end, sealed (8) | tag (16)
 * </pre>
 *
 * <p>Ends are by {@link System#nanoTime}, which no setting of the clock moves. The comparison of
 * tags is the platform's own, which takes as long whichever byte differs.
 */
public final class TokenSeal {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int RAW_BYTES = 1 + NONCE_BYTES + Long.BYTES + TAG_BITS / 8;

  /** Characters of a token; what has another length is never decoded. */
  static final int LENGTH = (RAW_BYTES * 8 + 5) / 6;

  private final TokenKeys keys;
  private final SecureRandom random = new SecureRandom();
  private final Cipher cipher;

  public TokenSeal(TokenKeys keys) {
    this.keys = keys;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }

  /**
   * A token for so many seconds from now.
   *
   * @param generation of the attachment that the VM is behind
   */
  public String seal(String uuid, long generation, int seconds, long now) {
    TokenKeys.Key key = keys.current(now);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer raw = ByteBuffer.allocate(RAW_BYTES);
    raw.put(key.id()).put(nonce);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(owner(key.id(), uuid, generation));
      long end = now + TimeUnit.SECONDS.toNanos(seconds);
      cipher.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(0, end), raw);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a seal that cannot fail", e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw.array());
  }

  /** True where this node made the token for that VM there, and it has not ended. */
  public boolean isGood(String token, String uuid, long generation, long now) {
    if (token.length() != LENGTH) {
      return false;
    }
    try {
      byte[] raw = Base64.getUrlDecoder().decode(token);
      // The last character has bits to spare: one spelling of each token is enough.
      if (!Base64.getUrlEncoder().withoutPadding().encodeToString(raw).equals(token)) {
        return false;
      }
      TokenKeys.Key key = keys.find(raw[0], now);
      if (key == null) {
        return false;
      }
      cipher.init(
          Cipher.DECRYPT_MODE, key.secret(), new GCMParameterSpec(TAG_BITS, raw, 1, NONCE_BYTES));
      cipher.updateAAD(owner(raw[0], uuid, generation));
      byte[] end = cipher.doFinal(raw, 1 + NONCE_BYTES, raw.length - 1 - NONCE_BYTES);
      return now - ByteBuffer.wrap(end).getLong() < 0;
    } catch (IllegalArgumentException | AEADBadTagException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an unsealing that cannot fail", e);
    }
  }

  private static byte[] owner(byte keyId, String uuid, long generation) {
    byte[] text = uuid.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + Long.BYTES + text.length)
        .put(keyId)
        .putLong(generation)
        .put(text)
        .array();
  }
}
