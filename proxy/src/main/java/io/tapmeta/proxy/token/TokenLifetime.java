package io.tapmeta.proxy.token;

/** The seconds that a guest asks a token for. */
public final class TokenLifetime {
  public static final int MAX_SECONDS = 21_600;

  /** What no lifetime is. */
  public static final int UNFIT = -1;

  private static final int MAX_DIGITS = 5;

  private TokenLifetime() {}

  /** Seconds from 1 to {@link #MAX_SECONDS}, in digits and nothing else; else {@link #UNFIT}. */
  public static int parse(String text) {
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      return UNFIT;
    }
    int seconds = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return UNFIT;
      }
      seconds = seconds * 10 + c - '0';
    }
    return seconds >= 1 && seconds <= MAX_SECONDS ? seconds : UNFIT;
  }
}
