package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordCommandTest {
  private static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";

  @TempDir private Path directory;
  private String config;

  @BeforeEach
  void configure() throws IOException {
    Path file = directory.resolve("tapmeta.yaml");
    Files.writeString(file, "passwords: {directory: " + directory.resolve("passwords") + "}\n");
    config = file.toString();
  }

  @Test
  void thePasswordIsPrintedAsTheGuestSentIt() throws IOException {
    Files.createDirectories(directory.resolve("passwords"));
    Files.writeString(directory.resolve("passwords").resolve(UUID), "c2VjcmV0");
    CommandRun run = CommandRun.of("password", "--config", config, UUID);
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo("c2VjcmV0\n");
  }

  @Test
  void noneIsSaidInOneLine() {
    CommandRun run = CommandRun.of("password", "--config", config, UUID);
    assertThat(run.status()).isEqualTo(69);
    assertThat(run.err()).isEqualTo("tapmeta: " + UUID + ": has set no password\n");
  }

  @Test
  void whatIsNoUuidIsNoFileName() {
    CommandRun run = CommandRun.of("password", "--config", config, "../../etc/passwd");
    assertThat(run.status()).isEqualTo(2);
  }
}
