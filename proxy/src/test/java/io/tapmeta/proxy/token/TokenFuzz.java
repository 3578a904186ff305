package io.tapmeta.proxy.token;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import java.nio.charset.StandardCharsets;

/** Session tokens: none is good that was not sealed here, nor is one with anything changed. */
public final class TokenFuzz {
  private static final String OWNER = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";
  private static final long NOW = 1_000_000_000L;
  private static final TokenSeal seal = new TokenSeal(new TokenKeys(NOW));
  private static final String GOOD = seal.seal(OWNER, 7, 60, NOW);

  private TokenFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String shown = new String(input, StandardCharsets.ISO_8859_1);
    // The fuzzer learns what things are compared with, and so comes to know the one that was
    // sealed.
    hold(
        !seal.isGood(shown, OWNER, 7, NOW) || shown.equals(GOOD),
        "nobody but us seals tokens",
        input);
    String changed = changed(input);
    hold(
        seal.isGood(changed, OWNER, 7, NOW) == changed.equals(GOOD),
        "a token is good as it was sealed",
        input);
    hold(!seal.isGood(changed, OWNER, 8, NOW), "and for one generation alone", input);
    int seconds = TokenLifetime.parse(shown);
    boolean digits = shown.matches("[0-9]{1,5}");
    hold(
        seconds == TokenLifetime.UNFIT
            || digits && seconds == Integer.parseInt(shown) && seconds <= 21_600,
        "a lifetime is a number in bounds",
        input);
  }

  /** A good one with the input laid over it by pairs: where, and what to add to the character. */
  private static String changed(byte[] input) {
    char[] text = GOOD.toCharArray();
    for (int i = 0; i + 1 < input.length; i += 2) {
      text[(input[i] & 0xff) % text.length] += (char) (input[i + 1] & 0xff);
    }
    return new String(text);
  }
}
