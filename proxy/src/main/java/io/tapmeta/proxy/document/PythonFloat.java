package io.tapmeta.proxy.document;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as Python's {@code repr} writes them: the shortest digits that read back
 * the same, with an exponent below 1e-4 and from 1e16 on.
 */
final class PythonFloat {
  private static final int SMALLEST_PLAIN_EXPONENT = -4;
  private static final int FIRST_SCIENTIFIC_EXPONENT = 16;

  private PythonFloat() {}

  static String text(double number) {
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    // Java's text has the shortest digits too; only their layout differs.
    BigDecimal shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    // Except that Java never writes less than two digits, which the smallest numbers can do with.
    BigDecimal oneDigit = shortest.round(new MathContext(1, RoundingMode.HALF_EVEN));
    if (oneDigit.doubleValue() == number) {
      shortest = oneDigit.stripTrailingZeros();
    }
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String sign = number < 0 ? "-" : "";
    if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent < FIRST_SCIENTIFIC_EXPONENT) {
      String plain = shortest.abs().toPlainString();
      return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
    }
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return "%s%c%se%c%02d"
        .formatted(sign, digits.charAt(0), fraction, exponent < 0 ? '-' : '+', Math.abs(exponent));
  }
}
