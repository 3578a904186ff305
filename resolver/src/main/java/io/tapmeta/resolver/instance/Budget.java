package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.text.Fields;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of the node one VM may use. A record's says no more than what differs from the node's.
 *
 * @param parts what is said, of each part its most
 */
public record Budget(Map<Part, Integer> parts) {
  /** A kind of use, by the word for it in files. */
  public enum Part {
    /** Connections open at the same time. */
    CONNECTIONS,
    /** New connections in a second, in the long run. */
    CONNECTIONS_PER_SECOND,
    /** New connections at once. */
    CONNECTION_BURST,
    /** Requests in a second, in the long run. */
    REQUESTS_PER_SECOND,
    /** Requests at once. */
    REQUEST_BURST,
    /** Requests after which a connection is closed. */
    REQUESTS_PER_CONNECTION,
    /** Bytes that wait in this process, to be read or to be taken by the guest. */
    BUFFERED;

    /** The key in files. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The record says nothing. */
  public static final Budget UNSAID = new Budget(Map.of());

  /** Nothing is too much. */
  public static final Budget UNLIMITED = all(_ -> Integer.MAX_VALUE);

  private static final int MOST = 1_000_000_000;
  private static final int LEAST_BUFFERED = 64 * 1024;
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(KiB|MiB)");
  private static final String SIZE_FORM = "a size with its unit from 64KiB to 1000MiB";

  public Budget {
    parts = Collections.unmodifiableMap(parts);
  }

  /** The budget that says of each part what {@code most} does. */
  public static Budget all(Function<Part, Integer> most) {
    Map<Part, Integer> parts = new EnumMap<>(Part.class);
    Arrays.stream(Part.values()).forEach(part -> parts.put(part, most.apply(part)));
    return new Budget(parts);
  }

  /** What is said in {@code fields}; leaves it to the caller to finish them. */
  public static Budget read(Fields fields) {
    Map<Part, Integer> parts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      Optional<Integer> most =
          part == Part.BUFFERED
              ? fields.parsed(part.word(), SIZE_FORM, Budget::size)
              : fields.integer(part.word(), 1, MOST);
      most.ifPresent(number -> parts.put(part, number));
    }
    return new Budget(parts);
  }

  /** This one, but for what {@code other} says. */
  public Budget with(Budget other) {
    if (other.parts.isEmpty()) {
      return this;
    }
    Map<Part, Integer> merged = new EnumMap<>(Part.class);
    merged.putAll(parts);
    merged.putAll(other.parts);
    return new Budget(merged);
  }

  /** The most of a part, which has to be said. */
  public int most(Part part) {
    return Objects.requireNonNull(parts.get(part));
  }

  private static int size(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(text);
    }
    long bytes = Long.parseLong(size.group(1)) << ("KiB".equals(size.group(2)) ? 10 : 20);
    if (bytes < LEAST_BUFFERED || bytes > 1000L << 20) {
      throw new IllegalArgumentException(text);
    }
    return (int) bytes;
  }
}
