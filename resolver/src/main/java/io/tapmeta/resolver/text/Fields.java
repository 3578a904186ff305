package io.tapmeta.resolver.text;

import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonBoolean;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The members of one object, read by name and type.
 *
 * <p>A member that is absent or {@code null} reads as empty. One of the wrong type or value is a
 * fault and reads as empty too, so that reading goes on and every fault of a file is found in one
 * pass. {@link #finish} names the members that nobody asked for.
 */
public final class Fields {
  private final JsonObject object;
  private final String path;
  private final Faults faults;
  private final Set<String> known = new HashSet<>();

  public Fields(JsonObject object, String path, Faults faults) {
    this.object = object;
    this.path = path;
    this.faults = faults;
  }

  /** The fields of a whole text, or empty (with a fault) where it is not an object. */
  public static Optional<Fields> of(JsonValue value, String path, Faults faults) {
    if (value instanceof JsonObject object) {
      return Optional.of(new Fields(object, path, faults));
    }
    faults.unexpected(value, path.isEmpty() ? "the text" : path, "an object");
    return Optional.empty();
  }

  public Faults faults() {
    return faults;
  }

  public int line() {
    return object.line();
  }

  /** The names present, whether asked for or not. */
  public Set<String> names() {
    return object.members().keySet();
  }

  /** The full path of a member, as messages name it: {@code ports[0].mac}. */
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** True where the member is present, be it {@code null}. */
  public boolean has(String name) {
    known.add(name);
    return object.members().containsKey(name);
  }

  /** The member as it stands, {@code null} included; empty where absent. */
  public Optional<JsonValue> raw(String name) {
    known.add(name);
    return Optional.ofNullable(object.members().get(name));
  }

  /** The member whatever its type; empty where absent or {@code null}. */
  public Optional<JsonValue> value(String name) {
    return raw(name).filter(value -> !(value instanceof JsonNull));
  }

  public Optional<String> string(String name) {
    return value(name).flatMap(value -> asString(value, path(name)));
  }

  /** A string that must be there; empty after a fault only. */
  public Optional<String> requiredString(String name, String expected) {
    if (value(name).isEmpty()) {
      faults.add(line(), path(name) + ": missing (expected: " + expected + ")");
    }
    return string(name);
  }

  /**
   * A string turned into something else by {@code parse}, which throws an {@link
   * IllegalArgumentException} for what it does not take.
   *
   * @param expected what the message says was expected
   */
  public <T> Optional<T> parsed(String name, String expected, Function<String, T> parse) {
    return value(name).flatMap(value -> parse(value, path(name), expected, parse));
  }

  /** As {@link #parsed}, for a member that must be there. */
  public <T> Optional<T> requiredParsed(String name, String expected, Function<String, T> parse) {
    return requiredString(name, expected).isPresent()
        ? parsed(name, expected, parse)
        : Optional.empty();
  }

  public Optional<Integer> integer(String name, int min, int max) {
    return value(name).flatMap(value -> asInteger(value, path(name), min, max));
  }

  public Optional<Boolean> bool(String name) {
    return value(name)
        .flatMap(
            value -> {
              if (value instanceof JsonBoolean bool) {
                return Optional.of(bool.value());
              }
              faults.unexpected(value, path(name), "true or false");
              return Optional.empty();
            });
  }

  public List<String> strings(String name) {
    return items(name, this::asString);
  }

  public List<Integer> integers(String name, int min, int max) {
    return items(name, (value, at) -> asInteger(value, at, min, max));
  }

  /** A list of strings, each turned into something else as {@link #parsed} does. */
  public <T> List<T> parsedList(String name, String expected, Function<String, T> parse) {
    return items(name, (value, at) -> parse(value, at, expected, parse));
  }

  /** A list of objects, each read by {@code read}, which gives empty after a fault. */
  public <T> List<T> objects(String name, Function<Fields, Optional<T>> read) {
    return items(name, (value, at) -> Fields.of(value, at, faults).flatMap(read));
  }

  /** A nested object's fields; empty where absent. */
  public Optional<Fields> object(String name) {
    return value(name).flatMap(value -> Fields.of(value, path(name), faults));
  }

  /** An object of strings, in the order of the text. */
  public Map<String, String> stringMap(String name) {
    Map<String, String> entries = new LinkedHashMap<>();
    object(name)
        .ifPresent(
            nested -> {
              for (String key : nested.names()) {
                nested.requiredString(key, "a string").ifPresent(text -> entries.put(key, text));
              }
            });
    return Collections.unmodifiableMap(entries);
  }

  /** Names every member that no call asked for, with the nearest name that was. */
  public void finish() {
    object
        .members()
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                faults.add(
                    value.line(),
                    path(name)
                        + ": unknown key (expected: "
                        + Spelling.nearest(name, known)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("one of " + String.join(", ", known.stream().sorted().toList()))
                        + ")");
              }
            });
  }

  private <T> List<T> items(String name, BiFunction<JsonValue, String, Optional<T>> read) {
    Optional<JsonValue> list = value(name);
    if (list.isEmpty()) {
      return List.of();
    }
    if (!(list.get() instanceof JsonArray array)) {
      faults.unexpected(list.get(), path(name), "a list");
      return List.of();
    }
    List<T> items = new ArrayList<>(array.items().size());
    for (int i = 0; i < array.items().size(); i++) {
      read.apply(array.items().get(i), path(name) + "[" + i + "]").ifPresent(items::add);
    }
    return List.copyOf(items);
  }

  private Optional<String> asString(JsonValue value, String at) {
    if (value instanceof JsonString string) {
      return Optional.of(string.value());
    }
    faults.unexpected(value, at, "a string");
    return Optional.empty();
  }

  private <T> Optional<T> parse(
      JsonValue value, String at, String expected, Function<String, T> parse) {
    if (value instanceof JsonString string) {
      try {
        return Optional.of(parse.apply(string.value()));
      } catch (IllegalArgumentException _) {
        // The fault below says it.
      }
    }
    faults.unexpected(value, at, expected);
    return Optional.empty();
  }

  private Optional<Integer> asInteger(JsonValue value, String at, int min, int max) {
    if (value instanceof JsonNumber(BigInteger number, _)
        && number.bitLength() < 32
        && number.intValue() >= min
        && number.intValue() <= max) {
      return Optional.of(number.intValue());
    }
    faults.unexpected(
        value,
        at,
        max == Integer.MAX_VALUE
            ? "a whole number, " + min + " or more"
            : "a whole number from " + min + " to " + max);
    return Optional.empty();
  }
}
