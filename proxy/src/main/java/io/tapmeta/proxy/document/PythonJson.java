package io.tapmeta.proxy.document;

import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonBoolean;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Writes JSON in the byte layout of Python's {@code json.dumps}, which is what Nova answers with: a
 * comma and a space, a colon and a space, ASCII only.
 */
public final class PythonJson {
  private static final HexFormat HEX = HexFormat.of();

  private final StringBuilder text = new StringBuilder(1024);
  private final boolean ascii;
  private boolean first = true;

  public PythonJson() {
    this(true);
  }

  private PythonJson(boolean ascii) {
    this.ascii = ascii;
  }

  /**
   * Writes characters beyond ASCII as themselves, for readers of YAML: their escapes have no pairs
   * of surrogates.
   */
  static PythonJson utf8() {
    return new PythonJson(false);
  }

  public PythonJson beginObject() {
    separate();
    text.append('{');
    first = true;
    return this;
  }

  public PythonJson endObject() {
    text.append('}');
    first = false;
    return this;
  }

  public PythonJson beginArray() {
    separate();
    text.append('[');
    first = true;
    return this;
  }

  public PythonJson endArray() {
    text.append(']');
    first = false;
    return this;
  }

  /** A value that another writer of this layout has written. */
  public PythonJson rendered(String json) {
    return literal(json);
  }

  /** A member's name; its value comes next. */
  public PythonJson name(String name) {
    separate();
    quote(name);
    text.append(": ");
    first = true;
    return this;
  }

  public PythonJson value(String value) {
    separate();
    quote(value);
    return this;
  }

  public PythonJson value(long value) {
    return literal(Long.toString(value));
  }

  public PythonJson value(boolean value) {
    return literal(value ? "true" : "false");
  }

  public PythonJson nullValue() {
    return literal("null");
  }

  public PythonJson member(String name, String value) {
    return name(name).value(value);
  }

  /** The value, or null where there is none. */
  public PythonJson member(String name, Optional<String> value) {
    name(name);
    return value.isPresent() ? value(value.get()) : nullValue();
  }

  public PythonJson member(String name, List<String> values) {
    name(name).beginArray();
    values.forEach(this::value);
    return endArray();
  }

  public PythonJson value(JsonValue value) {
    switch (value) {
      case JsonObject object -> {
        beginObject();
        object.members().forEach((name, member) -> name(name).value(member));
        endObject();
      }
      case JsonArray array -> {
        beginArray();
        array.items().forEach(this::value);
        endArray();
      }
      case JsonString string -> value(string.value());
      case JsonNumber(Double number, _) -> literal(PythonFloat.text(number));
      case JsonNumber(Number number, _) -> literal(number.toString());
      case JsonBoolean bool -> value(bool.value());
      case JsonNull _ -> nullValue();
    }
    return this;
  }

  /** Where the next character goes: an offset in bytes too, as long as all of it is ASCII. */
  int offset() {
    return text.length();
  }

  public byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private PythonJson literal(String literal) {
    separate();
    text.append(literal);
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(", ");
    }
    first = false;
  }

  /** Beyond ASCII: not the line separators and non-characters that YAML readers stumble over. */
  private static boolean isPlainInYaml(char c) {
    return c >= 0xa0 && c != 0x2028 && c != 0x2029 && c < 0xfffe;
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c >= ' ' && c <= '~' || !ascii && isPlainInYaml(c)) {
            text.append(c);
          } else {
            text.append("\\u").append(HEX.toHexDigits(c));
          }
        }
      }
    }
    text.append('"');
  }
}
