package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.TextReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonJsonTest {
  /** What json.dumps of Python 3.11 makes of each, given by its UTF-16 code units. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          0061, "a"
          0020, " "
          0022, "\\""
          005c, "\\\\"
          002f, "/"
          0027, "'"
          0008, "\\b"
          000c, "\\f"
          000a, "\\n"
          000d, "\\r"
          0009, "\\t"
          0000, "\\u0000"
          0001, "\\u0001"
          001f, "\\u001f"
          007e, "~"
          007f, "\\u007f"
          0080, "\\u0080"
          00e9, "\\u00e9"
          00ff, "\\u00ff"
          0100, "\\u0100"
          2028, "\\u2028"
          65e5, "\\u65e5"
          d83dde00, "\\ud83d\\ude00"
          d800, "\\ud800"
          dc00, "\\udc00"
          de00d83d, "\\ude00\\ud83d"
          ffff, "\\uffff"
          """)
  void stringsAreEscapedAsPythonDoes(String units, String expected) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < units.length(); i += 4) {
      text.append((char) Integer.parseInt(units.substring(i, i + 4), 16));
    }
    assertThat(new PythonJson().value(text.toString())).hasToString(expected);
    assertThat(new PythonJson().beginObject().member(text.toString(), 0 + "").endObject())
        .hasToString("{" + expected + ": \"0\"}");
  }

  @Test
  void separatorsAreACommaOrColonAndASpace() {
    PythonJson json = new PythonJson().beginObject();
    json.member("a", "1").member("b", Optional.empty()).member("c", Optional.of("2"));
    json.member("d", List.of("x", "y")).member("e", List.of());
    json.name("f").beginArray().value(1).value(-2).value(true).nullValue();
    json.beginObject().endObject().beginArray().endArray().endArray();
    json.name("g").beginObject().name("h").value(false).endObject();
    assertThat(json.endObject())
        .hasToString(
            "{\"a\": \"1\", \"b\": null, \"c\": \"2\", \"d\": [\"x\", \"y\"], \"e\": [],"
                + " \"f\": [1, -2, true, null, {}, []], \"g\": {\"h\": false}}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {}                                | {}
          []                                | []
          {"b":1,"a":2}                     | {"b": 1, "a": 2}
          [1,[2,[3]],{"x":{}}]              | [1, [2, [3]], {"x": {}}]
          {"a":null,"b":true,"c":false}     | {"a": null, "b": true, "c": false}
          [1.0,1e3,1E16,-0.0,-0,1e-5]       | [1.0, 1000.0, 1e+16, -0.0, 0, 1e-05]
          [123456789012345678901234567890]  | [123456789012345678901234567890]
          ["\\u00e9","é","\\/"]             | ["\\u00e9", "\\u00e9", "/"]
          """)
  void whatWasReadIsWrittenInPythonsLayout(String text, String expected) {
    // The comment in front lets any root be read.
    assertThat(new PythonJson().value(read("# yaml\n" + text))).hasToString(expected);
  }

  @Test
  void anyTextIsReadBackFromWhatIsWritten() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(6); n > 0; n--) {
        int point = random.nextBoolean() ? random.nextInt(0x100) : random.nextInt(0x110000);
        text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
      }
      String json = new PythonJson().beginObject().member("k", text.toString()).endObject() + "";
      assertThat(json).matches("[ -~]*");
      JsonValue.JsonObject read = (JsonValue.JsonObject) read(json);
      assertThat(((JsonValue.JsonString) read.members().get("k")).value())
          .isEqualTo(text.toString());
    }
  }

  @Test
  void anOffsetIsWhereTheNextByteGoes() {
    PythonJson json = new PythonJson().beginObject().member("é", "日本😀").name("slot");
    int offset = json.offset();
    json.value("x");
    assertThat(new String(json.bytes(), StandardCharsets.US_ASCII).substring(offset))
        .isEqualTo("\"x\"");
  }

  private static JsonValue read(String text) {
    return TextReader.read(text.getBytes(StandardCharsets.UTF_8), new Faults("t")).orElseThrow();
  }
}
