package io.tapmeta.proxy.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class JsonCopyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{} | {}",
        " [ ] | []",
        "null | null",
        "true | true",
        "\"ü\\u0041\\/\" | \"\\u00fcA/\"",
        "\"😀\" | \"\\ud83d\\ude00\"",
        "{\"b\":1,\"a\":[1,{\"c\":[]},null]} | {\"b\": 1, \"a\": [1, {\"c\": []}, null]}",
        "1.50 | 1.5",
        "1e3 | 1000.0",
        "1E-7 | 1e-07",
        "-0 | 0",
        "123456789012345678901234567890 | 123456789012345678901234567890",
        "{\"a\":1,\"a\":2} | {\"a\": 1, \"a\": 2}",
      })
  void writesPythonsLayout(String text, String expected) {
    assertThat(copy(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "{",
        "{\"a\":1",
        "[1,]",
        "{} {}",
        "nope",
        "{'a': 1}",
        "NaN",
        "1e999",
        "- a",
        "a: 1",
        "[1] x",
        "\"\\ud83d",
        "01",
        "// x\n1",
        "\uFFFF"
      })
  void refusesWhatIsNotOneJsonValue(String text) {
    assertThatThrownBy(() -> copy(text)).isInstanceOf(JacksonException.class);
  }

  @Test
  void refusesDeepNesting() {
    assertThatThrownBy(() -> copy("[".repeat(5000) + "]".repeat(5000)))
        .isInstanceOf(JacksonException.class);
  }

  private static String copy(String text) {
    return JsonCopy.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
