package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd itself says about the unit, without starting anything. */
final class SystemdUnitIT {
  private static final Path UNIT = Path.of("../packaging/systemd/tapmeta.service");

  /** Tenths; systemd calls what is below 50 "OK". */
  private static final String MOST_EXPOSED = "26";

  @TempDir private static Path directory;

  private static String unit;

  /** It is checked where the program is, which is not where it is installed. */
  @BeforeAll
  static void copy() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "systemd is missing");
    Path copy = directory.resolve("tapmeta.service");
    Files.writeString(
        copy,
        Files.readString(UNIT)
            .replace("/usr/lib/tapmeta/bin/tapmeta", Run.tapmeta().toAbsolutePath().toString()));
    unit = copy.toString();
  }

  @Test
  void everyLineIsUnderstood() {
    Command.Result said = Command.of("systemd-analyze", "verify", "--man=no", unit).run();
    assertThat(said.status()).as(said.err()).isZero();
    assertThat(said.err().lines().filter(line -> line.contains("tapmeta"))).isEmpty();
  }

  @Test
  void whatItIsExposedToIsNoMoreThanWritten() {
    Command.of("systemd-analyze", "security", "--offline=yes", "--threshold=" + MOST_EXPOSED, unit)
        .run()
        .orFail();
  }
}
