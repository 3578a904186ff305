package io.tapmeta.proxy.document;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Fresh seeds for guests' entropy pools: base64 of 512 random bytes each.
 *
 * <p>AES in counter mode, with a key from the system that is replaced after a number of seeds: the
 * kernel's own generator behind {@link SecureRandom} takes a lock and a system call, which an event
 * loop should not pay per answer. As many random bytes as some answers need are made at once. Belongs to
 * one thread.
 */
public final class RandomSeed {
  /** Characters of a seed. */
  public static final int TEXT_BYTES = 684;

  private static final int RAW_BYTES = 512;

  /** Seeds that are made at once: to call the cipher costs as much as half a kilobyte from it. */
  private static final int BATCH = 16;

  /** 32 MiB from one key, far below where counter mode begins to differ from chance. */
  private static final int BATCHES_PER_KEY = 4096;

  private static final byte[] ZEROS = new byte[BATCH * RAW_BYTES];

  private final SecureRandom system = new SecureRandom();
  private final Cipher cipher;
  private final byte[] ahead = new byte[BATCH * RAW_BYTES];
  private final byte[] raw = new byte[RAW_BYTES];
  private final byte[] text = new byte[TEXT_BYTES];
  private int used = ahead.length;
  private int batchesLeft;

  public RandomSeed() {
    try {
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }

  /** A seed as text, in an array that the next call overwrites. */
  public byte[] next() {
    if (used == ahead.length) {
      refill();
    }
    System.arraycopy(ahead, used, raw, 0, RAW_BYTES);
    used += RAW_BYTES;
    Base64.getEncoder().encode(raw, text);
    return text;
  }

  private void refill() {
    if (batchesLeft-- == 0) {
      rekey();
    }
    try {
      cipher.update(ZEROS, 0, ZEROS.length, ahead, 0);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("counter mode gives as much as it takes", e);
    }
    used = 0;
  }

  private void rekey() {
    byte[] key = new byte[32];
    byte[] counter = new byte[16];
    system.nextBytes(key);
    system.nextBytes(counter);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform takes a 256-bit AES key", e);
    }
    batchesLeft = BATCHES_PER_KEY - 1;
  }
}
