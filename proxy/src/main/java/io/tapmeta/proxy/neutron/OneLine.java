package io.tapmeta.proxy.neutron;

import java.util.regex.Pattern;

/** Text from elsewhere as a comment or a message may have it: on one line, whatever is in it. */
final class OneLine {
  /** Control characters, line and paragraph separators, what changes the direction of writing. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}\\p{Cn}]");

  private static final Pattern CREDENTIALS = Pattern.compile("//[^\\s,]*@");

  private OneLine() {}

  /** With escapes for what would not print, and stars for a user and password in a URL. */
  static String of(String text) {
    return escaped(CREDENTIALS.matcher(text).replaceAll("//***@"));
  }

  /** The text in double quotes, as YAML has it. */
  static String quoted(String text) {
    return '"' + escaped(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }

  private static String escaped(String text) {
    return UNPRINTABLE
        .matcher(text.replace("\n", "\\n"))
        .replaceAll(found -> "\\\\U%08x".formatted(found.group().codePointAt(0)));
  }
}
