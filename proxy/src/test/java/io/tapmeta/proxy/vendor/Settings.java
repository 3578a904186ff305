package io.tapmeta.proxy.vendor;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.Configuration.VendorData;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of vendor data, written as operators write it. */
final class Settings {
  private final StringBuilder text = new StringBuilder("vendor_data:\n");
  private final StringBuilder targets = new StringBuilder();

  static Settings none() {
    return new Settings();
  }

  static Settings target(String name, String url) {
    return new Settings().and(name, url);
  }

  Settings and(String name, String url) {
    targets.append("  - ").append(name).append('@').append(url).append('\n');
    return this;
  }

  Settings with(String key, Object value) {
    text.append("  ").append(key).append(": ").append(value).append('\n');
    return this;
  }

  VendorData read() {
    return configuration().vendorData();
  }

  Configuration configuration() {
    try {
      Path file = Files.createTempFile("vendor", ".yaml");
      try {
        String list = targets.isEmpty() ? "  dynamic_targets: []\n" : "  dynamic_targets:\n";
        Files.writeString(file, text + list + targets);
        Faults faults = new Faults("settings");
        return ConfigurationReader.read(file, faults)
            .orElseThrow(() -> new AssertionError(faults.list()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
