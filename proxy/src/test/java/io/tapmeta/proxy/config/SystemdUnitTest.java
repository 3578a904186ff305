package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The unit lets the daemon write where it writes by default, and nowhere else. */
class SystemdUnitTest {
  private static final Path UNIT = Path.of("../packaging/systemd/tapmeta.service");

  private final List<String> unit;

  SystemdUnitTest() throws IOException {
    unit = Files.readAllLines(UNIT);
  }

  @Test
  void everyDefaultPathIsInADirectoryOfTheUnits() {
    assertThat(unit).contains("ProtectSystem=strict");
    assertThat(
            List.of(
                Configuration.DEFAULTS.attachments().directory(),
                Configuration.DEFAULTS.admin().socket(),
                Configuration.DEFAULTS.passwords().directory()))
        .allMatch(path -> writable().anyMatch(path::startsWith));
    assertThat(Configuration.DEFAULTS.sources().directory())
        .startsWithRaw(Path.of("/etc", value("ConfigurationDirectory").split(" ", -1)[0]));
  }

  /** docs/configuration.md and docs/security.md name it. */
  @Test
  void theAuditLogHasItsPlace() {
    Path log = Path.of("/var/log/tapmeta/audit.log");
    assertThat(writable()).anyMatch(log::startsWith);
    assertThat(value("LogsDirectoryMode")).isEqualTo("0750");
  }

  private Stream<Path> writable() {
    return Stream.concat(
        Stream.concat(
            directories("RuntimeDirectory", "/run"), directories("StateDirectory", "/var/lib")),
        directories("LogsDirectory", "/var/log"));
  }

  private Stream<Path> directories(String key, String under) {
    return Stream.of(value(key).split(" ", -1)).map(Path.of(under)::resolve);
  }

  private String value(String key) {
    return unit.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key + ": not in the unit"));
  }
}
