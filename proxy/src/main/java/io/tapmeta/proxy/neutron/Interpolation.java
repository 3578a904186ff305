package io.tapmeta.proxy.neutron;

import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What oslo.config makes of {@code $option}, {@code ${option}} and {@code $section.option} in a value.
 * {@code $$} and {@code \$} are a dollar sign, as is one that no name follows.
 */
final class Interpolation {
  private static final Pattern DOLLAR =
      Pattern.compile(
          "\\$(?:(\\$)|([_a-z][._a-z0-9]*)|\\{([_a-z][._a-z0-9]*)})", Pattern.CASE_INSENSITIVE);

  private Interpolation() {}

  /**
   * The value with every reference replaced.
   *
   * @param lookup gives an option's value, or throws for one that there is not
   */
  static String expand(String value, UnaryOperator<String> lookup) {
    return DOLLAR
        .matcher(value.replace("\\$", "$$"))
        .replaceAll(found -> Matcher.quoteReplacement(replacement(found, lookup)));
  }

  private static String replacement(MatchResult found, UnaryOperator<String> lookup) {
    if (found.group(1) != null) {
      return "$";
    }
    return lookup.apply(found.group(2) != null ? found.group(2) : found.group(3));
  }
}
