package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S",
    "1ms, PT0.001S",
    "1500ms, PT1.5S",
    "8s, PT8S",
    "5m, PT5M",
    "1h, PT1H",
    "007s, PT7S",
    "999999999h, PT999999999H"
  })
  void durationsAreWholeNumbersWithAUnit(String text, Duration expected) {
    assertThat(Units.duration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "512B, 512",
    "1KiB, 1024",
    "16KiB, 16384",
    "4MiB, 4194304",
    "2GiB, 2147483648",
    "999999999GiB, 1073741822926258176"
  })
  void sizesAreWholeNumbersWithAUnit(String text, long expected) {
    assertThat(Units.size(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "s",
        "1 s",
        " 1s",
        "1s ",
        "1S",
        "1sec",
        "1.5s",
        "-1s",
        "+1s",
        "1m30s",
        "1us",
        "1000000000s",
        "１s",
        "1s\n"
      })
  void anythingElseIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Units.duration(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "B",
        "1 B",
        "1b",
        "1K",
        "1KB",
        "1kib",
        "1k",
        "1.5MiB",
        "-1B",
        "1TiB",
        "1000000000B",
        "0x10B",
        "1KiB\n"
      })
  void anythingElseIsNoSize(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Units.size(text));
  }
}
