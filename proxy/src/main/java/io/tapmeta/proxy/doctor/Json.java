package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonBoolean;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;

/** Picks from what programs print, of which only a part is known; what is missing is empty. */
final class Json {
  private Json() {}

  static Optional<JsonValue> at(JsonValue value, String... path) {
    Optional<JsonValue> found = Optional.of(value);
    for (String name : path) {
      found =
          found.flatMap(
              each ->
                  each instanceof JsonObject object
                      ? Optional.ofNullable(object.members().get(name))
                      : Optional.empty());
    }
    return found;
  }

  /** A string, or a number as it is written. */
  static Optional<String> text(JsonValue value, String... path) {
    return at(value, path).flatMap(Json::text);
  }

  static long number(JsonValue value, String... path) {
    return at(value, path).filter(each -> each instanceof JsonNumber).map(Json::number).orElse(0L);
  }

  static boolean isTrue(JsonValue value, String... path) {
    return at(value, path)
        .filter(each -> each instanceof JsonBoolean(boolean is, _) && is)
        .isPresent();
  }

  static List<JsonValue> items(JsonValue value, String... path) {
    return at(value, path)
        .map(each -> each instanceof JsonArray array ? array.items() : List.<JsonValue>of())
        .orElse(List.of());
  }

  static List<String> texts(JsonValue value, String... path) {
    return items(value, path).stream().flatMap(item -> text(item).stream()).toList();
  }

  private static long number(JsonValue value) {
    return ((JsonNumber) value).value().longValue();
  }

  private static Optional<String> text(JsonValue value) {
    return switch (value) {
      case JsonString string -> Optional.of(string.value());
      case JsonNumber number -> Optional.of(number.value().toString());
      default -> Optional.empty();
    };
  }
}
