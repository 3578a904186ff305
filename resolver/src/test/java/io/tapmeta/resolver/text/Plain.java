package io.tapmeta.resolver.text;

import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonBoolean;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values without their lines, to compare texts that are laid out differently. */
final class Plain {
  private Plain() {}

  /** What a text that has to be good says: maps, lists, strings, numbers, booleans, "null". */
  static Object read(String text) {
    Faults faults = new Faults("good.file");
    Object plain = TextReader.read(bytes(text), faults).map(Plain::of).orElse("unreadable");
    if (!faults.isEmpty()) {
      throw new AssertionError(text + "\n" + faults.list());
    }
    return plain;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Object of(JsonValue value) {
    return switch (value) {
      case JsonObject object -> {
        // Entries in a list: a map's equality would overlook their order.
        Map<String, Object> members = new LinkedHashMap<>();
        object.members().forEach((name, member) -> members.put(name, of(member)));
        yield List.copyOf(members.entrySet());
      }
      case JsonArray array -> array.items().stream().map(Plain::of).toList();
      case JsonString string -> string.value();
      case JsonNumber number -> number.value();
      case JsonBoolean bool -> bool.value();
      case JsonNull _ -> Null.NULL;
    };
  }

  /** Told from the text "null". */
  enum Null {
    NULL
  }
}
