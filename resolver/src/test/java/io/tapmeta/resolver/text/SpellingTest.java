package io.tapmeta.resolver.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
  private static final List<String> NAMES =
      List.of("port", "ports", "hold", "directory", "event_loops", "id");

  @ParameterizedTest
  @CsvSource({
    "prt, port",
    "prots, ports",
    "hodl, hold",
    "directori, directory",
    "Directory, directory",
    "event-loops, event_loops",
    "eventloops, event_loops",
    "ide, id"
  })
  void aSlipOfTheFingersFindsTheName(String typed, String meant) {
    assertThat(Spelling.nearest(typed, NAMES)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"upstream", "x", "abc", "direct_routes", ""})
  void whatIsFarFromEveryNameFindsNone(String typed) {
    assertThat(Spelling.nearest(typed, NAMES)).isEmpty();
  }

  @Test
  void ofTwoEquallyNearTheFirstByAlphabetIsTaken() {
    assertThat(Spelling.nearest("bat", List.of("cat", "bad", "bag"))).contains("bad");
  }

  @Test
  void nothingIsNearestToNothing() {
    assertThat(Spelling.nearest("port", List.of())).isEmpty();
  }
}
