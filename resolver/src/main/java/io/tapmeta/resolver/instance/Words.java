package io.tapmeta.resolver.instance;

import java.util.Arrays;

/** Checks a text against the few words that a field takes. */
final class Words {
  private Words() {}

  static String oneOf(String text, String... words) {
    if (!Arrays.asList(words).contains(text)) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }
}
