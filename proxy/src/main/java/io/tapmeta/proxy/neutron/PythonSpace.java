package io.tapmeta.proxy.neutron;

/** White space as Python strips it: Unicode's, no-break spaces among it. */
final class PythonSpace {
  private PythonSpace() {}

  static String strip(String text) {
    int begin = 0;
    while (begin < text.length() && isSpace(text.charAt(begin))) {
      begin++;
    }
    return stripEnd(text.substring(begin));
  }

  static String stripEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
