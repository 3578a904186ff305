package io.tapmeta.resolver.text;

import java.util.List;
import java.util.Map;

/**
 * A value of a JSON or YAML text, with the line on which it starts (counted from 1).
 *
 * <p>Members keep the order of the text, since vendor data is handed to guests in that order.
 */
public sealed interface JsonValue {
  /** The line of the text on which the value starts, counted from 1. */
  int line();

  /** An object; members in the order of the text. */
  record JsonObject(Map<String, JsonValue> members, int line) implements JsonValue {}

  /** An array. */
  record JsonArray(List<JsonValue> items, int line) implements JsonValue {}

  /** A string, unescaped. */
  record JsonString(String value, int line) implements JsonValue {}

  /** A number: a {@link java.math.BigInteger} where it is integral, else a {@link Double}. */
  record JsonNumber(Number value, int line) implements JsonValue {}

  /** {@code true} or {@code false}. */
  record JsonBoolean(boolean value, int line) implements JsonValue {}

  /** {@code null}, also where YAML has an empty value. */
  record JsonNull(int line) implements JsonValue {}

  /** The value as an operator would write it, cut short: for messages. */
  default String brief() {
    String text =
        switch (this) {
          case JsonObject _ -> "an object";
          case JsonArray array -> "a list of " + array.items().size();
          case JsonString string -> '"' + string.value() + '"';
          case JsonNumber number -> number.value().toString();
          case JsonBoolean bool -> Boolean.toString(bool.value());
          case JsonNull _ -> "null";
        };
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 60 ? printable : printable.substring(0, 57) + "…\"";
  }
}
