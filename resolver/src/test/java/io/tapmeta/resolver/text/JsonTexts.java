package io.tapmeta.resolver.text;

import java.util.Random;

/** Random JSON texts, good ones: the same seed gives the same texts. */
final class JsonTexts {
  private static final String[] STRINGS = {
    "",
    " ",
    "a",
    "null",
    "true",
    "12",
    "1e3",
    "~",
    "*a",
    "&a",
    "- x",
    "a: b",
    "#",
    "é",
    "日本",
    "😀",
    "\\u0000",
    "\\u007f",
    "\\u0085",
    "\\u2028",
    "\\ud83d\\ude00",
    "\\\"",
    "\\\\",
    "\\/",
    "\\n\\r\\t"
  };
  private static final String[] NUMBERS = {
    "0", "-0", "7", "-7", "2147483648", "-9223372036854775809", "123456789012345678901234567890",
    "0.5", "-0.0", "1.0", "1e3", "1E-3", "1.5e+300", "5e-324"
  };

  private final Random random;
  private int members;

  JsonTexts(long seed) {
    this.random = new Random(seed);
  }

  /** An object, nested a few levels deep at most, spread over lines here and there. */
  String next() {
    return object(0);
  }

  private String value(int depth) {
    int kinds = depth < 4 ? 7 : 5;
    return switch (random.nextInt(kinds)) {
      case 0 -> "null";
      case 1 -> Boolean.toString(random.nextBoolean());
      case 2 -> NUMBERS[random.nextInt(NUMBERS.length)];
      case 3, 4 -> string();
      case 5 -> array(depth);
      default -> object(depth);
    };
  }

  private String object(int depth) {
    StringBuilder text = new StringBuilder("{").append(space());
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(space());
      // Numbered, so that no name comes twice.
      text.append("\"k").append(members++).append(string().substring(1)).append(": ");
      text.append(value(depth + 1)).append(space());
    }
    return text.append('}').toString();
  }

  private String array(int depth) {
    StringBuilder text = new StringBuilder("[").append(space());
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ", ").append(space()).append(value(depth + 1)).append(space());
    }
    return text.append(']').toString();
  }

  private String string() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(STRINGS[random.nextInt(STRINGS.length)]);
    }
    return text.append('"').toString();
  }

  private String space() {
    return switch (random.nextInt(6)) {
      case 0 -> " ";
      case 1 -> "\n  ";
      default -> "";
    };
  }
}
