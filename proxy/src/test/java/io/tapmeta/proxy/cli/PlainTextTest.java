package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.TextReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTextTest {
  @Test
  void anObjectIsALineAMember() {
    assertThat(text("{\"a\": 1, \"name\": \"x y\", \"nested\": {\"b\": true, \"c\": [1, null]}}"))
        .isEqualTo(
            """
            a                1
            name             x y
            nested           b=true c=1, -
            """);
  }

  @Test
  void namesWithinNamesAndEmptyListsAreReadable() {
    assertThat(
            text(
                "{\"sources\": {\"directory\": {\"up\": true, \"faults\": []}}, \"conflicts\": []}"))
        .isEqualTo(
            """
            sources          directory: up=true faults=none
            conflicts        none
            """);
  }

  @Test
  void aListOfObjectsIsATableAsWideAsItsCells() {
    assertThat(
            text(
                """
                # yaml
                [{"name": "a", "state": "listening", "why": ""},
                 {"name": "a-longer-name", "state": "failed", "why": "no such thing"}]
                """))
        .isEqualTo(
            """
            NAME           STATE      WHY
            a              listening
            a-longer-name  failed     no such thing
            """);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {"5|5", "[]|``", "\"x\"|x", "null|-"})
  void anythingElseIsItsText(String json, String expected) {
    assertThat(text("# yaml\n" + json).strip()).isEqualTo(expected);
  }

  private static String text(String json) {
    return PlainText.of(
        TextReader.read(json.getBytes(StandardCharsets.UTF_8), new Faults("t")).orElseThrow());
  }
}
