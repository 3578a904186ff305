package io.tapmeta.proxy.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as configuration files write them: a whole number with its unit. */
public final class Units {
  static final String DURATION_FORM = "a duration with its unit, such as 500ms, 30s or 5m";
  static final String SIZE_FORM = "a size with its unit, such as 512B, 16KiB or 4MiB";

  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,9})([a-zA-Z]{1,3})");
  private static final Map<String, Duration> DURATIONS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));
  private static final Map<String, Long> SIZES =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Units() {}

  /**
   * @throws IllegalArgumentException for anything but a whole number and ms, s, m or h
   */
  public static Duration duration(String text) {
    Matcher quantity = quantity(text);
    Duration unit = DURATIONS.get(quantity.group(2));
    if (unit == null) {
      throw new IllegalArgumentException(text + " (expected: " + DURATION_FORM + ")");
    }
    return unit.multipliedBy(Long.parseLong(quantity.group(1)));
  }

  /** The duration as a file may have it; in seconds where these are whole. */
  static String text(Duration duration) {
    return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }

  /**
   * Bytes.
   *
   * @throws IllegalArgumentException for anything but a whole number and B, KiB, MiB or GiB
   */
  public static long size(String text) {
    Matcher quantity = quantity(text);
    Long unit = SIZES.get(quantity.group(2));
    if (unit == null) {
      throw new IllegalArgumentException(text + " (expected: " + SIZE_FORM + ")");
    }
    return unit * Long.parseLong(quantity.group(1));
  }

  private static Matcher quantity(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches()) {
      throw new IllegalArgumentException(text + " (expected: a whole number and its unit)");
    }
    return quantity;
  }
}
