package io.tapmeta.proxy.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Long values that the data has by their length: {@code <1020 letters>} is the alphabet again and
 * again, {@code <511 times é>} says it, {@code <65536 bytes>} has each of the 256 values, zeros and broken UTF-8 among them.
 */
final class Filler {
  private static final Pattern LETTERS = Pattern.compile("<(\\d+) letters>");
  private static final Pattern TIMES = Pattern.compile("<(\\d+) times (.+)>");
  private static final Pattern BYTES = Pattern.compile("<(\\d+) bytes>");

  private Filler() {}

  /** What a text stands for: filler, or its own UTF-8. */
  static byte[] bytes(String text) {
    Matcher times = TIMES.matcher(text);
    if (times.matches()) {
      return times.group(2).repeat(Integer.parseInt(times.group(1))).getBytes(UTF_8);
    }
    return matched(LETTERS, text)
        .map(length -> letters(length).getBytes(UTF_8))
        .or(() -> matched(BYTES, text).map(Filler::binary))
        .orElseGet(() -> text.getBytes(UTF_8));
  }

  /** A record's text with its filler as base64. */
  static String inRecord(String text) {
    return BYTES
        .matcher(text)
        .replaceAll(
            (MatchResult found) ->
                Base64.getEncoder().encodeToString(binary(Integer.parseInt(found.group(1)))));
  }

  private static Optional<Integer> matched(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
  }

  private static String letters(int length) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz";
    return alphabet.repeat(length / alphabet.length() + 1).substring(0, length);
  }

  private static byte[] binary(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    return bytes;
  }
}
