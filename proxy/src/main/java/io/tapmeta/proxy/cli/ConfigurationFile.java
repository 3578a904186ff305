package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.nio.file.Path;

/** Reads a configuration for a command, which ends where it is not good. */
final class ConfigurationFile {
  private ConfigurationFile() {}

  static Configuration read(Path file) throws CommandFailure {
    Faults faults = new Faults(file.toString());
    return ConfigurationReader.read(file, faults)
        .orElseThrow(() -> CommandFailure.configuration(faults.list()));
  }
}
