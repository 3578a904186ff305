package io.tapmeta.proxy.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSealTest {
  private static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";
  private static final int LONGEST = TokenLifetime.MAX_SECONDS;

  /** About to overflow, as a clock of nanoseconds may be. */
  private static final long NOW = Long.MAX_VALUE - 1000;

  private final TokenKeys keys = new TokenKeys(NOW);
  private final TokenSeal seal = new TokenSeal(keys);

  @Test
  void isGoodForItsVmItsAttachmentAndItsTime() {
    String token = seal.seal(UUID, 7, 60, NOW);
    assertThat(token).hasSize(TokenSeal.LENGTH).matches("[A-Za-z0-9_-]+");
    assertThat(seal.isGood(token, UUID, 7, NOW)).isTrue();
    assertThat(seal.isGood(token, UUID, 7, after(60) - 1)).isTrue();
    assertThat(seal.isGood(token, UUID, 7, after(60))).isFalse();
  }

  @Test
  void isNobodyElses() {
    String token = seal.seal(UUID, 7, 60, NOW);
    assertThat(seal.isGood(token, UUID.replace('5', '6'), 7, NOW)).isFalse();
    assertThat(seal.isGood(token, UUID, 8, NOW)).isFalse();
    assertThat(new TokenSeal(new TokenKeys(NOW)).isGood(token, UUID, 7, NOW)).isFalse();
  }

  /** I6. */
  @Test
  void noOtherBitsAreGood() {
    String token = seal.seal(UUID, 7, 60, NOW);
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int i = 0; i < token.length(); i++) {
      for (int n = 0; n < letters.length(); n++) {
        char letter = letters.charAt(n);
        String other = token.substring(0, i) + letter + token.substring(i + 1);
        assertThat(seal.isGood(other, UUID, 7, NOW)).isEqualTo(other.equals(token));
      }
    }
  }

  @Test
  void noOtherLengthIsGood() {
    String token = seal.seal(UUID, 7, 60, NOW);
    for (int i = 0; i < token.length(); i++) {
      assertThat(seal.isGood(token.substring(0, i), UUID, 7, NOW)).isFalse();
    }
    assertThat(seal.isGood(token + "A", UUID, 7, NOW)).isFalse();
    assertThat(seal.isGood(token + "=", UUID, 7, NOW)).isFalse();
    assertThat(seal.isGood("A".repeat(10_240), UUID, 7, NOW)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+", "/", " ", "\u00e9", "\u0000", "="})
  void noOtherAlphabetIsGood(String character) {
    String token = seal.seal(UUID, 7, 60, NOW);
    assertThat(seal.isGood(character + token.substring(1), UUID, 7, NOW)).isFalse();
  }

  @Test
  void twoAreNeverTheSame() {
    Set<String> tokens = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      tokens.add(seal.seal(UUID, 7, 60, NOW));
    }
    assertThat(tokens).hasSize(1000);
  }

  @Test
  void outlivesTheKeyItWasMadeWithByItsWholeTime() {
    String early = seal.seal(UUID, 7, LONGEST, NOW);
    String late = seal.seal(UUID, 7, LONGEST, after(LONGEST) - 1);
    assertThat(seal.isGood(early, UUID, 7, after(LONGEST) - 1)).isTrue();
    String next = seal.seal(UUID, 7, LONGEST, after(LONGEST));
    assertThat(seal.isGood(late, UUID, 7, after(2 * LONGEST) - 2)).isTrue();
    assertThat(seal.isGood(next, UUID, 7, after(2 * LONGEST) - 2)).isTrue();
    assertThat(seal.isGood(early, UUID, 7, after(LONGEST))).isFalse();
  }

  @Test
  void aKeyThatNobodyMayUseAnyMoreIsGone() {
    assertThat(keys.find((byte) 0, after(2 * LONGEST))).isNull();
    keys.current(after(LONGEST));
    keys.current(after(2 * LONGEST));
    assertThat(keys.find((byte) 1, after(2 * LONGEST))).isNotNull();
    assertThat(keys.find((byte) 1, after(3 * LONGEST))).isNull();
    assertThat(keys.find((byte) 9, after(2 * LONGEST))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "60, 60", "21600, 21600", "007, 7"})
  void aLifetimeIsReadAsSeconds(String text, int seconds) {
    assertThat(TokenLifetime.parse(text)).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "+1",
        "21601",
        "99999",
        "100000",
        "1.0",
        "1 ",
        "0x1",
        "1s",
        "\u0661",
        "4294967297"
      })
  void anyOtherLifetimeIsUnfit(String text) {
    assertThat(TokenLifetime.parse(text)).isEqualTo(TokenLifetime.UNFIT);
  }

  private static long after(long seconds) {
    return NOW + TimeUnit.SECONDS.toNanos(seconds);
  }
}
