package io.tapmeta.proxy.neutron;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An option's section and name. The case of a section does not matter, but for {@code DEFAULT}.
 *
 * @param section {@code DEFAULT}, or any other in lower case
 */
record OptionName(String section, String name) {
  static final String DEFAULT = "DEFAULT";

  private static final Pattern SENSITIVE =
      Pattern.compile("secret|passw|token|transport_url|^connection$|^slave_connection$");

  OptionName {
    if (!section.equals(DEFAULT)) {
      section = section.toLowerCase(Locale.ROOT);
    }
  }

  /** From {@code section.name}. */
  static OptionName of(String text) {
    int dot = text.indexOf('.');
    return new OptionName(text.substring(0, dot), text.substring(dot + 1));
  }

  /** True where the value may well be nobody else's business. */
  boolean isSensitive() {
    return SENSITIVE.matcher(name).find();
  }

  @Override
  public String toString() {
    return "[" + section + "] " + name;
  }
}
