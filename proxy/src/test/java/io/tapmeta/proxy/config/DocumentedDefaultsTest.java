package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The block of all keys in docs/configuration.md is what operators copy. */
class DocumentedDefaultsTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final String BEGIN = "```yaml\n";

  @TempDir private Path directory;

  @Test
  void whatThePageCallsDefaultsAreTheDefaults() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf(BEGIN) + BEGIN.length();
    Path file = directory.resolve("tapmeta.yaml");
    Files.writeString(file, page.substring(start, page.indexOf("```", start)));
    Faults faults = new Faults(file.toString());
    assertThat(ConfigurationReader.read(file, faults)).contains(Configuration.DEFAULTS);
    assertThat(faults.list()).isEmpty();
  }
}
