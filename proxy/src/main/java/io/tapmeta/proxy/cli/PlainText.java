package io.tapmeta.proxy.cli;

import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonBoolean;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** JSON for people: an object as lines, a list of objects as a table. */
final class PlainText {
  private PlainText() {}

  static String of(JsonValue value) {
    return switch (value) {
      case JsonArray array -> table(array);
      case JsonObject object ->
          object.members().entrySet().stream()
              .map(member -> "%-16s %s\n".formatted(member.getKey(), inline(member.getValue())))
              .collect(Collectors.joining());
      default -> inline(value) + "\n";
    };
  }

  private static String table(JsonArray array) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonValue item : array.items()) {
      if (item instanceof JsonObject object) {
        if (rows.isEmpty()) {
          rows.add(object.members().keySet().stream().map(PlainText::heading).toList());
        }
        rows.add(object.members().values().stream().map(PlainText::inline).toList());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width =
            rows.stream()
                .mapToInt(each -> at < each.size() ? each.get(at).length() : 0)
                .max()
                .orElse(0);
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Between a name and what it has; another name may follow. */
  private static String sign(JsonValue value) {
    return value instanceof JsonObject ? ": " : "=";
  }

  private static String heading(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static String inline(JsonValue value) {
    return switch (value) {
      case JsonObject object ->
          object.members().entrySet().stream()
              .map(member -> member.getKey() + sign(member.getValue()) + inline(member.getValue()))
              .collect(Collectors.joining(" "));
      case JsonArray array when array.items().isEmpty() -> "none";
      case JsonArray array ->
          array.items().stream().map(PlainText::inline).collect(Collectors.joining(", "));
      case JsonString string -> string.value();
      case JsonNumber number -> number.value().toString();
      case JsonBoolean bool -> Boolean.toString(bool.value());
      case JsonNull _ -> "-";
    };
  }
}
