package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The block of all keys in docs/configuration.md is what operators copy. */
class DocumentedDefaultsTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final String BEGIN = "```yaml\n";

  @TempDir private Path directory;

  @Test
  void whatThePageCallsDefaultsAreTheDefaults() throws IOException {
    assertThat(read("")).isEqualTo(Configuration.DEFAULTS);
  }

  /** What has no default there is what everybody has to say. */
  @Test
  void whatItCallsDefaultsOfTheUpstreamAreTheDefaults() throws IOException {
    UpstreamSettings written = read("upstream:").upstream().orElseThrow();
    UpstreamSettings defaults = UpstreamSettings.DEFAULTS;
    assertThat(written)
        .isEqualTo(
            new UpstreamSettings(
                written.endpoints(),
                written.sharedSecretFiles(),
                defaults.connectTimeout(),
                defaults.deadline(),
                defaults.perGuest(),
                defaults.perGuestWaiting(),
                defaults.perNode(),
                defaults.buffer(),
                defaults.cache(),
                defaults.tls()));
  }

  /** The first block of the page that begins so. */
  private Configuration read(String beginning) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf(BEGIN + beginning) + BEGIN.length();
    Path file = directory.resolve("tapmeta.yaml");
    Files.writeString(file, page.substring(start, page.indexOf("```", start)));
    Faults faults = new Faults(file.toString());
    Optional<Configuration> configuration = ConfigurationReader.read(file, faults);
    assertThat(faults.list()).isEmpty();
    return configuration.orElseThrow();
  }
}
