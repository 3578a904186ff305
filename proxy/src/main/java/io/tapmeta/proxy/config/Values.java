package io.tapmeta.proxy.config;

import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Fields of the types that only a configuration has, each with its default. */
final class Values {
  static final String FILE_FORM = "an absolute path of a file whose name has no dot in front";

  private static final Duration LONGEST = Duration.ofHours(1);

  private Values() {}

  static Duration duration(Fields fields, String name, Duration byDefault) {
    return duration(fields, name, byDefault, Duration.ofMillis(1), LONGEST);
  }

  static Duration duration(
      Fields fields, String name, Duration byDefault, Duration shortest, Duration longest) {
    return fields
        .parsed(
            name,
            "%s, from %s to %s"
                .formatted(Units.DURATION_FORM, Units.text(shortest), Units.text(longest)),
            text -> {
              Duration duration = Units.duration(text);
              if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
                throw new IllegalArgumentException(text);
              }
              return duration;
            })
        .orElse(byDefault);
  }

  /** As {@link #duration(Fields, String, Duration)}, and none at all is a duration too. */
  static Duration durationOrNone(Fields fields, String name, Duration byDefault) {
    return duration(fields, name, byDefault, Duration.ZERO, LONGEST);
  }

  static int size(Fields fields, String name, long byDefault, int min, int max) {
    return fields
        .parsed(
            name,
            "%s, from %d to %d bytes".formatted(Units.SIZE_FORM, min, max),
            text -> {
              long size = Units.size(text);
              if (size < min || size > max) {
                throw new IllegalArgumentException(text);
              }
              return (int) size;
            })
        .orElse((int) byDefault);
  }

  /** A number from 0 to 1. */
  static double part(Fields fields, String name, double byDefault) {
    Optional<JsonValue> value = fields.value(name);
    if (value.isEmpty()) {
      return byDefault;
    }
    if (value.get() instanceof JsonNumber(Number number, _)
        && number.doubleValue() >= 0
        && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    fields.faults().unexpected(value.get(), fields.path(name), "a number from 0 to 1");
    return byDefault;
  }

  static Path path(Fields fields, String name, Path byDefault) {
    return fields.parsed(name, "an absolute path", Values::absolute).orElse(byDefault);
  }

  static Path absolute(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(text);
    }
    return path.normalize();
  }

  /** Names that begin with a dot are for files that are not yet in place. */
  static Path file(String text) {
    Path path = absolute(text);
    if (path.getFileName() == null || path.getFileName().toString().startsWith(".")) {
      throw new IllegalArgumentException(text);
    }
    return path;
  }

  /** A nested object read as a whole, or its defaults where it is absent. */
  static <T> T section(Fields fields, String name, T defaults, Function<Fields, T> read) {
    return fields.object(name).map(nested -> finish(nested, read.apply(nested))).orElse(defaults);
  }

  /** The value, once the fields that nobody asked for have been named. */
  static <T> T finish(Fields fields, T value) {
    fields.finish();
    return value;
  }
}
