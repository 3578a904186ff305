package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagTest {
  @Test
  void aTagIsOfTheBytesAndInQuotes() {
    assertThat(tag("a")).matches("\"[0-9a-f]{32}\"").isEqualTo(tag("a")).isNotEqualTo(tag("b"));
    // The first half of SHA-256, by sha256sum.
    assertThat(tag("")).isEqualTo("\"e3b0c44298fc1c149afbf4c8996fb924\"");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          "x"               | true
          W/"x"             | true
          *                 | true
          "a", "x"          | true
          "a","x","b"       | true
          "a" , W/"x"       | true
          "y"               | false
          x                 | false
          "X"               | false
          w/"x"             | false
          "x               | false
          `"a", "b"`        | false
          ,                 | false
          """)
  void aConditionNamesTheTagOrNot(String condition, boolean expected) {
    assertThat(EntityTag.matches(condition, "\"x\"")).isEqualTo(expected);
  }

  @Test
  void whatHasNoTagMatchesNothing() {
    assertThat(EntityTag.matches("*", "")).isFalse();
    assertThat(EntityTag.matches("", "")).isFalse();
    assertThat(EntityTag.matches("", "\"x\"")).isFalse();
  }

  private static String tag(String body) {
    return EntityTag.of(body.getBytes(StandardCharsets.UTF_8));
  }
}
