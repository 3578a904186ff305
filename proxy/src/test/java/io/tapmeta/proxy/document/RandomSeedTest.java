package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

class RandomSeedTest {
  private static final int SEEDS_PER_KEY = 65_536;

  private final RandomSeed seed = new RandomSeed();

  @Test
  void aSeedIsTheBase64OfFiveHundredTwelveBytes() {
    byte[] text = seed.next();
    assertThat(text).hasSize(RandomSeed.TEXT_BYTES);
    assertThat(Base64.getDecoder().decode(text)).hasSize(512);
  }

  @Test
  void noTwoSeedsAreEqualAcrossAChangeOfKey() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < SEEDS_PER_KEY + 1000; i++) {
      // 32 characters, 192 bits, tell as much as all of them.
      assertThat(seen.add(new String(seed.next(), 0, 32, StandardCharsets.US_ASCII))).isTrue();
    }
  }

  @Test
  void twoGeneratorsShareNothing() {
    assertThat(seed.next().clone()).isNotEqualTo(new RandomSeed().next());
  }

  /** The counter's start is drawn together with the key, so it tells one key from the next. */
  @Test
  void aKeyIsReplacedAfterItsLastSeedAndNotBefore() throws ReflectiveOperationException {
    seed.next();
    byte[] first = counterStart();
    for (int i = 1; i < SEEDS_PER_KEY; i++) {
      seed.next();
    }
    assertThat(counterStart()).isEqualTo(first);
    seed.next();
    assertThat(counterStart()).isNotEqualTo(first);
  }

  /** A generator that is stuck, or biased by as little as one bit in forty, does not pass. */
  @Test
  void bitsAreEvenlySpread() {
    long ones = 0;
    int seeds = 200;
    for (int i = 0; i < seeds; i++) {
      for (byte b : Base64.getDecoder().decode(seed.next())) {
        ones += Integer.bitCount(b & 0xff);
      }
    }
    long bits = seeds * 512L * 8;
    assertThat(ones).isBetween(bits * 49 / 100, bits * 51 / 100);
  }

  private byte[] counterStart() throws ReflectiveOperationException {
    Field field = RandomSeed.class.getDeclaredField("cipher");
    field.setAccessible(true);
    return ((Cipher) field.get(seed)).getIV();
  }
}
