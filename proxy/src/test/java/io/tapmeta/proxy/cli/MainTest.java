package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path temp;

  @Test
  void theVersionNamesTheBuildAndTheJava() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "tapmeta dev (revision unknown, Java %s)\n"
                .formatted(System.getProperty("java.version")));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void helpNamesEveryCommand() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains(
            "run",
            "check-config",
            "query",
            "status",
            "attachments",
            "instances",
            "doctor",
            "completion");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run", "check-config", "query", "status", "attachments", "instances", "doctor"})
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of(command, "--help");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Usage: tapmeta " + command);
  }

  @Test
  void completionIsAScriptForTheShell() {
    CommandRun run = CommandRun.of("completion");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("#!").contains("check-config", "doctor").contains("complete ");
  }

  /** One line that says what to do. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-",
        "--nonsense",
        "nonsense",
        "run",
        "run --config",
        "check-config",
        "check-config a b",
        "query --config x /path",
        "query --tap x /path",
        "query --config x --tap y",
        "query --config x --tap y --nonsense /path",
        "query --config x --tap y --mac nonsense /path",
        "status --nonsense",
        "instances extra",
        "doctor a b"
      })
  void wrongUseIsStatusTwoAndOneLine(String arguments) {
    CommandRun run = arguments == null ? CommandRun.of() : CommandRun.of(arguments.split(" ", -1));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tapmeta: ").endsWith("\n");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void aWrongMacIsNamedWithWhatWasExpected() {
    assertThat(CommandRun.of("query", "--config", "x", "--tap", "y", "--mac", "z", "/").err())
        .isEqualTo("tapmeta: --mac: z (expected: a MAC address such as fa:16:3e:5a:01:37)\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --config %s",
        "query --config %s --tap t /",
        "check-config %s",
        "status --config %s",
        "doctor --config %s"
      })
  void aMissingConfigurationIsStatusSeventyEight(String command) {
    Path none = temp.resolve("none.yaml");
    CommandRun run = CommandRun.of(command.formatted(none).split(" ", -1));
    assertThat(run.status()).isEqualTo(78);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo("tapmeta: " + none + ": no such file (expected: a configuration file)\n");
  }
}
