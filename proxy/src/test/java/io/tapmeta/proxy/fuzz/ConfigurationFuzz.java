package io.tapmeta.proxy.fuzz;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Configuration files. */
public final class ConfigurationFuzz {
  private static final Path FILE = file();

  private ConfigurationFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Loading.of(input, ConfigurationFuzz::read);
  }

  private static Optional<Configuration> read(byte[] input, Faults faults) {
    try {
      Files.write(FILE, input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ConfigurationReader.read(FILE, faults);
  }

  private static Path file() {
    try {
      Path made = Files.createTempFile("tapmeta-fuzz-", ".yaml");
      made.toFile().deleteOnExit();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
