package io.tapmeta.proxy.neutron;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as deployments of several releases have them, and what is made of each. */
final class ReleaseFilesTest {
  /** By release, in the order of the services' command lines. */
  private static final Map<String, List<String>> FILES =
      Map.of(
          "icehouse", List.of("metadata_agent.ini"),
          "zed",
              List.of(
                  "neutron.conf",
                  "metadata_agent.ini",
                  "l3_agent.ini",
                  "dhcp_agent.ini",
                  "nova.conf"),
          "2024.1", List.of("ml2_conf.ini", "neutron_ovn_metadata_agent.ini"),
          "2025.2", List.of("openvswitch_agent.ini", "nova.conf"),
          "2026.2", List.of("ovn_agent.ini", "ovn_agent.local.ini"));

  static Set<String> releases() {
    return FILES.keySet();
  }

  @ParameterizedTest
  @MethodSource("releases")
  void aReleasesFilesBecomeThisConfiguration(String release) {
    assertThat(imported(release).configuration()).isEqualTo(text(release, "tapmeta.yaml"));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void theConfigurationIsGood(String release, @TempDir Path directory) throws IOException {
    Faults faults = new Faults(release);
    ConfigurationReader.read(onThisNode(imported(release).configuration(), directory), faults);
    assertThat(faults.list()).isEmpty();
  }

  @Test
  void theConfigurationSaysWhatTheFilesSaid(@TempDir Path directory) throws IOException {
    Configuration configuration =
        ConfigurationReader.read(
                onThisNode(imported("zed").configuration(), directory), new Faults("zed"))
            .orElseThrow();
    assertThat(configuration.guest().eventLoops()).isEqualTo(3);
    assertThat(configuration.guest().port()).isEqualTo(9698);
    assertThat(configuration.vendorData().dynamicFailureFatal()).isTrue();
    assertThat(configuration.upstream()).isPresent();
    assertThat(configuration.upstream().orElseThrow().endpoints())
        .singleElement()
        .hasToString("https://nova-metadata.example.org:8776");
  }

  @ParameterizedTest
  @MethodSource("releases")
  void everySettingIsNamedOnceWithItsPlace(String release) {
    List<String> lines = imported(release).configuration().lines().toList();
    for (Setting setting : settings(release)) {
      assertThat(lines)
          .filteredOn(line -> line.startsWith(setting.option().toString(), line.indexOf('[')))
          .filteredOn(line -> line.endsWith(" (" + setting.where() + ")"))
          .as(setting.toString())
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void noSecretIsPrinted(String release) {
    NeutronImport imported = imported(release);
    assertThat(imported.configuration()).doesNotContain("correct-horse").doesNotContain("hunter2");
    assertThat(imported.toString()).doesNotContain("correct-horse");
  }

  @Test
  void everyOptionThatMattersIsInSomeFile() {
    Set<OptionName> found =
        releases().stream()
            .flatMap(release -> settings(release).stream())
            .map(Setting::option)
            .collect(Collectors.toSet());
    assertThat(Stream.of(Option.values()).map(option -> option.names().getFirst()))
        .isSubsetOf(found);
  }

  /** With the files that are looked at when a configuration is read put where they can be. */
  private static Path onThisNode(String configuration, Path directory) throws IOException {
    Path vendorData = Files.writeString(directory.resolve("vendor_data.json"), "{}");
    Path ca = directory.resolve("ca.pem");
    try (InputStream pem = resource("vendor-ca.pem")) {
      Files.copy(pem, ca);
    }
    return Files.writeString(
        directory.resolve("tapmeta.yaml"),
        configuration
            .replace("\"/var/lib/nova/vendor_data.json\"", vendorData.toString())
            .replace("\"/etc/nova/vendor-ca.pem\"", ca.toString()));
  }

  private static NeutronImport imported(String release) {
    List<Fault> faults = new ArrayList<>();
    NeutronImport imported =
        NeutronImport.of(
                FILES.get(release).stream().map(name -> file(release, name)).toList(),
                SecretPlace.USUAL,
                faults)
            .orElseThrow(() -> new AssertionError(faults));
    assertThat(faults).isEmpty();
    return imported;
  }

  private static List<Setting> settings(String release) {
    return FILES.get(release).stream()
        .flatMap(name -> IniReader.read(file(release, name), new ArrayList<>()).stream())
        .toList();
  }

  private static OptionFile file(String release, String name) {
    return new OptionFile(name, text(release, name).getBytes(StandardCharsets.UTF_8));
  }

  private static String text(String release, String name) {
    try (InputStream file = resource(release + "/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    return ReleaseFilesTest.class.getResourceAsStream(name);
  }
}
