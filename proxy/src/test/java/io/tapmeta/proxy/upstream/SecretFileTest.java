package io.tapmeta.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SecretFileTest {
  private static final String SECRET = "correct-horse";

  private final Logger logger = (Logger) LoggerFactory.getLogger(SecretFile.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @TempDir private Path directory;

  @BeforeEach
  void listen() {
    said.start();
    logger.addAppender(said);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw--w----", "rw-----w-", "rw-rw-r--"})
  void secretThatOthersCanReadIsReadAndComplainedOf(String permissions) throws IOException {
    Path file = secret(permissions);

    assertThat(SharedSecret.read(file).sign("x")).isEqualTo(SharedSecret.of(SECRET).sign("x"));

    assertThat(said.list).hasSize(1);
    assertThat(said.list.getFirst().getFormattedMessage())
        .contains(file + ": " + permissions + " (expected: ")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------", "rw-r-----"})
  void secretOfTheDaemonAndItsGroupIsFine(String permissions) throws IOException {
    assertThat(SharedSecret.read(secret(permissions))).isNotNull();
    assertThat(said.list).isEmpty();
  }

  @Test
  void secretIsPrintedAsStars() {
    assertThat(SharedSecret.of(SECRET)).hasToString("***");
  }

  private Path secret(String permissions) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), SECRET + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
