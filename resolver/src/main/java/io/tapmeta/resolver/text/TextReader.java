package io.tapmeta.resolver.text;

import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonBoolean;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonNumber;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.JsonValue.JsonString;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads a whole JSON or YAML text into a {@link JsonValue}.
 *
 * <p>The text is JSON when its first character that is not white space is an opening brace, else YAML.
 * Repeated keys and YAML aliases are faults: whichever of two values was meant, nobody can tell.
 */
public final class TextReader {
  private static final TokenStreamFactory JSON = JsonFactory.builder().build();
  private static final TokenStreamFactory YAML = YAMLFactory.builder().build();

  /** Deeper nesting than any sane file, and far from a stack's end. */
  private static final int MAX_DEPTH = 100;

  private final byte[] source;
  private final JsonParser parser;
  private final Faults faults;

  private TextReader(byte[] source, JsonParser parser, Faults faults) {
    this.source = source;
    this.parser = parser;
    this.faults = faults;
  }

  /**
   * The text as a value; an empty YAML text is an empty object. Empty where the text is malformed,
   * with the reason among the faults.
   */
  public static Optional<JsonValue> read(byte[] text, Faults faults) {
    return looksLikeJson(text)
        ? read(JSON, text, faults)
        : read(YAML, text, faults).or(() -> ifEmpty(faults));
  }

  /** The text as JSON, whatever its root; an empty text is malformed. */
  public static Optional<JsonValue> readJson(byte[] text, Faults faults) {
    Optional<JsonValue> value = read(JSON, text, faults);
    if (value.isEmpty() && faults.isEmpty()) {
      faults.add(0, "empty (expected: a JSON value)");
    }
    return value;
  }

  private static Optional<JsonValue> ifEmpty(Faults faults) {
    return faults.isEmpty() ? Optional.of(new JsonObject(Map.of(), 1)) : Optional.empty();
  }

  /** Empty where the text is malformed, or with no fault where there is nothing in it. */
  private static Optional<JsonValue> read(TokenStreamFactory syntax, byte[] text, Faults faults) {
    try (JsonParser parser = syntax.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      JsonValue value = new TextReader(text, parser, faults).value(0);
      if (parser.nextToken() != null) {
        faults.add(
            parser.currentTokenLocation().getLineNr(),
            "text after the end of the document (expected: one document)");
      }
      return Optional.of(value);
    } catch (JacksonException e) {
      malformed(e, text, faults);
      return Optional.empty();
    }
  }

  private static boolean looksLikeJson(byte[] text) {
    for (byte b : text) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{';
      }
    }
    return false;
  }

  private static void malformed(JacksonException e, byte[] source, Faults faults) {
    OptionalInt stray = firstNotUtf8(source);
    if (stray.isPresent()) {
      int at = stray.getAsInt();
      faults.add(
          lineOf(source, at),
          "malformed: byte 0x%02x (expected: text in UTF-8)".formatted(source[at]));
      return;
    }
    Optional<MarkedYamlEngineException> yaml = marked(e);
    int line = e.getLocation() == null ? 0 : Math.max(e.getLocation().getLineNr(), 0);
    String what = String.valueOf(e.getOriginalMessage());
    if (yaml.isPresent()) {
      // Jackson tells where the construct began; YAML's own reader knows where it went wrong.
      line = yaml.get().getProblemMark().map(mark -> mark.getLine() + 1).orElse(line);
      what = String.valueOf(yaml.get().getProblem());
    }
    String first = what.lines().findFirst().orElse("");
    int noise = first.indexOf(" (start marker at ");
    String text = noise < 0 ? first : first.substring(0, noise);
    faults.add(line, "malformed: " + (text.isBlank() ? "unreadable" : text));
  }

  /** Where the text stops being UTF-8. */
  private static OptionalInt firstNotUtf8(byte[] text) {
    ByteBuffer bytes = ByteBuffer.wrap(text);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(bytes, CharBuffer.allocate(text.length), true);
    return result.isError() ? OptionalInt.of(bytes.position()) : OptionalInt.empty();
  }

  private static int lineOf(byte[] text, int at) {
    int line = 1;
    for (int i = 0; i < at; i++) {
      line += text[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  private static Optional<MarkedYamlEngineException> marked(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof MarkedYamlEngineException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private JsonValue value(int depth) {
    int line = parser.currentTokenLocation().getLineNr();
    if (depth > MAX_DEPTH) {
      throw new StreamReadException(parser, "nested deeper than " + MAX_DEPTH + " levels");
    }
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      faults.add(line, "alias *" + parser.getString() + " (expected: the value itself)");
      return new JsonNull(line);
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(line, depth);
      case START_ARRAY -> array(line, depth);
      case VALUE_NUMBER_INT -> new JsonNumber(integer(), line);
      case VALUE_NUMBER_FLOAT -> new JsonNumber(fraction(line), line);
      case VALUE_TRUE -> new JsonBoolean(true, line);
      case VALUE_FALSE -> new JsonBoolean(false, line);
      case VALUE_NULL -> new JsonNull(line);
      default -> text(line);
    };
  }

  /** Jackson leaves one of YAML's ways to write null as the text that it is. */
  private JsonValue text(int line) {
    String text = parser.getString();
    boolean isNull = parser instanceof YAMLParser && text.equals("~") && isPlain();
    return isNull ? new JsonNull(line) : new JsonString(text, line);
  }

  /** True where the value stands in the text without quotes. */
  private boolean isPlain() {
    String all = new String(source, StandardCharsets.UTF_8);
    int start = (int) parser.currentTokenLocation().getCharOffset();
    return start >= 0
        && start < all.codePointCount(0, all.length())
        && all.codePointAt(all.offsetByCodePoints(0, start)) == '~';
  }

  private BigInteger integer() {
    Number number = parser.getNumberValue();
    return number instanceof BigInteger big
        ? big
        : new BigDecimal(number.toString()).toBigInteger();
  }

  private double fraction(int line) {
    double number = parser.getDoubleValue();
    if (!Double.isFinite(number)) {
      faults.add(line, parser.getString() + ": too large (expected: a number below 1.8e308)");
    }
    return number;
  }

  private JsonObject object(int line, int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int nameLine = parser.currentTokenLocation().getLineNr();
      parser.nextToken();
      JsonValue value = value(depth + 1);
      if (members.putIfAbsent(name, value) != null) {
        faults.add(nameLine, name + ": given twice (expected: once)");
      }
    }
    return new JsonObject(Collections.unmodifiableMap(members), line);
  }

  private JsonArray array(int line, int depth) {
    List<JsonValue> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(depth + 1));
    }
    return new JsonArray(Collections.unmodifiableList(items), line);
  }
}
