package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckConfigCommandTest {
  @TempDir Path temp;

  @Test
  void aGoodOneIsCalledGood() throws IOException {
    Path file = Files.writeString(temp.resolve("c.yaml"), "guest:\n  port: 9697\n");
    assertThat(CommandRun.of("check-config", file.toString()))
        .isEqualTo(new CommandRun(0, file + ": good\n", ""));
  }

  @Test
  void anEmptyOneIsGood() throws IOException {
    Path file = Files.writeString(temp.resolve("c.yaml"), "");
    assertThat(CommandRun.of("check-config", file.toString()).status()).isZero();
  }

  @Test
  void everyFaultIsALineOfItsOwn() throws IOException {
    Path file =
        Files.writeString(temp.resolve("c.yaml"), "guest:\n  port: 0\n  hodl: 8s\nadmni: {}\n");
    CommandRun run = CommandRun.of("check-config", file.toString());
    assertThat(run.status()).isEqualTo(78);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            tapmeta: %1$s:2: guest.port: 0 (expected: a whole number from 1 to 65535)
            tapmeta: %1$s:3: guest.hodl: unknown key (expected: did you mean hold?)
            tapmeta: %1$s:4: admni: unknown key (expected: did you mean admin?)
            """
                .formatted(file));
  }

  @Test
  void filesThatTheDaemonCannotDoWithoutAreNamedWithTheirKeys() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("c.yaml"),
            """
            upstream: {endpoints: ["http://127.0.0.1:8775"], shared_secret_file: %1$s/secret}
            audit: {log: %1$s/none/audit.log}
            """
                .formatted(temp));
    CommandRun run = CommandRun.of("check-config", file.toString());
    assertThat(run.status()).isEqualTo(78);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            tapmeta: %1$s: upstream.shared_secret_file: %2$s/secret: no such file (expected: the file with metadata_proxy_shared_secret)
            tapmeta: %1$s: audit.log: %2$s/none/audit.log: no directory %2$s/none (expected: a file in a directory that is there)
            """
                .formatted(file, temp));

    Files.writeString(temp.resolve("secret"), "\n");
    assertThat(CommandRun.of("check-config", file.toString()).err())
        .contains(
            "upstream.shared_secret_file: %s/secret: empty (expected: the shared secret)"
                .formatted(temp));

    Files.writeString(temp.resolve("secret"), "correct-horse\n");
    Files.createDirectory(temp.resolve("none"));
    assertThat(CommandRun.of("check-config", file.toString()).status()).isZero();
    assertThat(temp.resolve("none")).isEmptyDirectory();
  }

  /** What nobody can tell apart from an attack on the terminal does not reach it. */
  @Test
  void controlCharactersDoNotReachTheTerminal() throws IOException {
    Path file = Files.writeString(temp.resolve("c.yaml"), "\"a\\u001b[31m\": 1\n");
    CommandRun run = CommandRun.of("check-config", file.toString());
    assertThat(run.status()).isEqualTo(78);
    assertThat(run.err()).doesNotContain("\u001b");
  }
}
