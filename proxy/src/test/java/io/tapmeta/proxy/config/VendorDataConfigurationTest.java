package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration.VendorData;
import io.tapmeta.proxy.config.Configuration.VendorData.Target;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VendorDataConfigurationTest {
  @TempDir Path temp;

  @Test
  void defaults() {
    assertThat(Configuration.DEFAULTS.vendorData())
        .isEqualTo(
            new VendorData(
                Optional.empty(),
                List.of(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                false,
                Optional.empty(),
                Duration.ofSeconds(60)));
  }

  @Test
  void keys() throws Exception {
    Path authority =
        Path.of(
            VendorDataConfigurationTest.class
                .getResource("/io/tapmeta/proxy/vendor/authority.pem")
                .toURI());
    VendorData read =
        read(
                """
                vendor_data:
                  jsonfile_path: /etc/vendor.json
                  dynamic_targets:
                  - cmdb@http://cmdb.example:8080/vd
                  - join@https://join.example/?user=a@b
                  dynamic_connect_timeout: 1s
                  dynamic_read_timeout: 200ms
                  dynamic_failure_fatal: true
                  dynamic_ssl_certfile: %s
                  dynamic_cache: 0s
                """
                    .formatted(authority),
                new Faults("file"))
            .orElseThrow()
            .vendorData();
    CaBundle bundle = CaBundle.read(authority);
    assertThat(bundle.certificates()).hasSize(1);
    assertThat(read)
        .isEqualTo(
            new VendorData(
                Optional.of(Path.of("/etc/vendor.json")),
                List.of(
                    new Target("cmdb", URI.create("http://cmdb.example:8080/vd")),
                    new Target("join", URI.create("https://join.example/?user=a@b"))),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                true,
                Optional.of(bundle),
                Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "jsonfile_path: vendor.json | jsonfile_path: \"vendor.json\" (expected: an absolute path of a file whose name has no dot in front)",
        "jsonfile_path: / | jsonfile_path: \"/\" (expected: an absolute path of a file whose name has no dot in front)",
        "jsonfile_path: /a/.b | jsonfile_path: \"/a/.b\" (expected: an absolute path of a file whose name has no dot in front)",
        "dynamic_targets: a@http://x | dynamic_targets: \"a@http://x\" (expected: a list)",
        "dynamic_targets: [\"http://x\"] | dynamic_targets[0]: \"http://x\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_targets: [\"@http://x\"] | dynamic_targets[0]: \"@http://x\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_targets: [\"a@ftp://x\"] | dynamic_targets[0]: \"a@ftp://x\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_targets: [\"a@http:/x\"] | dynamic_targets[0]: \"a@http:/x\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_targets: [\"a@http://b c/\"] | dynamic_targets[0]: \"a@http://b c/\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_targets: [\"a@http://u:p@x/\"] | dynamic_targets[0]: \"a@http://u:p@x/\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_targets: [\"a@http://x\", \"a@http://y\"] | dynamic_targets[1]: \"a@http://y\" (expected: NAME@URL of http or https, each name once)",
        "dynamic_connect_timeout: 0s | dynamic_connect_timeout: \"0s\" (expected: a duration with its unit",
        "dynamic_cache: 2h | dynamic_cache: \"2h\" (expected: a duration with its unit",
        "dynamic_failure_fatal: 1 | dynamic_failure_fatal: 1 (expected: true or false)",
        "dynamic_ssl_certfile: /no/such | dynamic_ssl_certfile: \"/no/such\" (expected: an absolute path of a file of certificates in PEM)",
        "dynamic_ssl_certfile: /dev/null | dynamic_ssl_certfile: \"/dev/null\" (expected: an absolute path of a file of certificates in PEM)",
        "dynamic_target: [] | dynamic_target: unknown key (expected: did you mean dynamic_targets?)",
      })
  void faults(String line, String fault) throws IOException {
    Faults faults = new Faults("file");
    assertThat(read("vendor_data:\n  " + line + "\n", faults)).isEmpty();
    assertThat(faults.list())
        .singleElement()
        .extracting(Fault::toString)
        .asString()
        .startsWith("file:2: vendor_data." + fault);
  }

  private Optional<Configuration> read(String text, Faults faults) throws IOException {
    return ConfigurationReader.read(Files.writeString(temp.resolve("c.yaml"), text), faults);
  }
}
