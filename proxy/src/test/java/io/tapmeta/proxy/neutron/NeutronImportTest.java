package io.tapmeta.proxy.neutron;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single options, and what they must not do. */
final class NeutronImportTest {
  private final List<Fault> faults = new ArrayList<>();

  @Test
  void anEmptyFileGivesNeutronsDefaults() {
    assertThat(configuration(""))
        .contains("endpoints: [\"http://127.0.0.1:8775\"]")
        .contains("shared_secret_file: \"/etc/tapmeta/shared-secret\"")
        .contains("No file has the secret")
        .doesNotContain("guest:");
  }

  @ParameterizedTest
  @CsvSource({"-1, 2", "0, 2", "1, 2", "2, 2", "3, 3", "4, 4", "32, 4"})
  void workersBecomeTwoToFourLoops(int workers, int loops) {
    assertThat(configuration("metadata_workers = " + workers))
        .contains("\n  event_loops: " + loops + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "5, deadline: 5s",
    "8, deadline: 8s",
    "9, stays at 8s",
    "32, stays at 8s",
    "0, stays at 8s"
  })
  void theDeadlineStaysBelowTenSeconds(int timeout, String said) {
    assertThat(configuration("[metadata_haproxy]\ntimeout_server = " + timeout)).contains(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"con troller", "a/b", "user@controller", "[::1]", "a:80", "http://a", ""})
  void aHostHasToBeOne(String host) {
    assertThat(imported("nova_metadata_host = " + host)).isEmpty();
    assertThat(faults)
        .singleElement()
        .asString()
        .startsWith("metadata_agent.ini:2: [DEFAULT] nova_metadata_host: ")
        .endsWith("(expected: a host name or an address)");
  }

  @ParameterizedTest
  @CsvSource({
    "controller, http://controller:8775",
    "controller.example., http://controller.example:8775",
    "192.0.2.1, http://192.0.2.1:8775",
    "2001:db8::1, http://[2001:db8::1]:8775"
  })
  void aHostBecomesAnEndpoint(String host, String endpoint) {
    assertThat(configuration("nova_metadata_host = " + host))
        .contains("endpoints: [\"" + endpoint + "\"]");
  }

  @Test
  void aMistypedOptionIsCalledUnknownWithoutItsValue() {
    assertThat(configuration("metadata_proxy_shared_secrte = hunter2"))
        .contains("\n# Unknown\n")
        .contains("[DEFAULT] metadata_proxy_shared_secrte (metadata_agent.ini:2)")
        .doesNotContain("hunter2");
  }

  @Test
  void anOptionInTheWrongSectionIsToldItsOwn() {
    assertThat(configuration("[ovn]\nnova_metadata_host = a"))
        .contains("Neutron looks for it in [DEFAULT] or [metadata], not here");
  }

  @Test
  void aDollarSignInASecretIsReadAsNeutronReadsIt() {
    assertThat(secret("metadata_proxy_shared_secret = \"a$$b \"")).contains(new Secret("a$b "));
  }

  @Test
  void theSecretsOfNeutronAndNovaAreCompared() {
    OptionFile nova = file("nova.conf", "[neutron]\nmetadata_proxy_shared_secret = hunter3\n");
    assertThat(configuration(agent("metadata_proxy_shared_secret = hunter2"), nova))
        .contains("It differs from the one in Neutron's files")
        .doesNotContain("hunter");
    assertThat(configuration(agent("metadata_proxy_shared_secret = hunter3"), nova))
        .contains("It is the same as in Neutron's files");
    assertThat(configuration(agent("metadata_proxy_shared_secret ="), nova))
        .contains("It is empty, so the one in Nova's files is taken");
  }

  @Test
  void novasOptionsAreNotTakenForNeutronsOfTheSameName() {
    assertThat(configuration(agent(""), file("nova.conf", "[DEFAULT]\nmetadata_workers = 32\n")))
        .doesNotContain("event_loops:");
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/nova/nova.conf, NOVA",
    "nova-metadata.conf, NOVA",
    "/etc/nova/nova.conf.d/10-local.conf, NOVA",
    "/etc/neutron/neutron.conf, NEUTRON",
    "/etc/neutron/metadata_agent.ini, NEUTRON",
    "/etc/10-local.conf, NEUTRON"
  })
  void aFileIsWhoseItsNameSays(String file, Service service) {
    assertThat(Service.of(file, List.of())).isEqualTo(service);
  }

  @Test
  void aNamelessFileIsWhoseItsSectionsAre() {
    Setting setting = new Setting("10-local.conf", 1, OptionName.of("api.dhcp_domain"), "a");
    assertThat(Service.of("10-local.conf", List.of(setting))).isEqualTo(Service.NOVA);
  }

  @Test
  void noTextOfAFileLeavesItsComment(@TempDir Path directory) throws IOException {
    String hostile = "a\u2028guest: 1\u0085guest: 2\u0007\u202e";
    String configuration =
        configuration(
            file("x\nguest: {}\n/nova.conf", "[a\u2028guest: 3]\nb\u0085guest: 4 = 5\n"),
            agent("metadata_workers = 2\ndhcp_domain = " + hostile),
            file(
                "nova.conf",
                "[api]\ndhcp_domain = "
                    + hostile
                    + "\n  guest: 6\nvendordata_jsonfile_path = relative"
                    + hostile));
    Faults found = new Faults("tapmeta.yaml");
    ConfigurationReader.read(
        Files.writeString(directory.resolve("tapmeta.yaml"), configuration), found);
    assertThat(found.list()).isEmpty();
    assertThat(configuration)
        .doesNotContain("\u2028")
        .doesNotContain("\u0085")
        .doesNotContain("\u202e");
  }

  @Test
  void aPathIsQuotedSoThatItIsReadAsItStands(@TempDir Path directory) throws IOException {
    String configuration = configuration("auth_ca_cert = /etc/a \"b\"\\c: #d\u00e9.pem");
    Faults found = new Faults("tapmeta.yaml");
    assertThat(
            ConfigurationReader.read(
                    Files.writeString(directory.resolve("tapmeta.yaml"), configuration), found)
                .flatMap(read -> read.upstream())
                .flatMap(upstream -> upstream.tls().authCaCert()))
        .contains(Path.of("/etc/a \"b\"\\c: #d\u00e9.pem"));
  }

  @Test
  void credentialsInAUrlAreNotPrinted() {
    assertThat(
            configuration(
                file(
                    "nova.conf",
                    """
                    [api]
                    vendordata_providers = DynamicJSON
                    vendordata_dynamic_targets = a@http://user:hunter2@host/
                    """)))
        .contains("a@http://***@host/")
        .contains("dynamic_targets: []")
        .doesNotContain("hunter2");
  }

  @Test
  void everyFaultOfEveryFileIsFound() {
    assertThat(
            NeutronImport.of(
                List.of(agent("broken"), file("nova.conf", "[api\n")), SecretPlace.USUAL, faults))
        .isEmpty();
    assertThat(faults).extracting(Fault::file).containsExactly("metadata_agent.ini", "nova.conf");
  }

  private Optional<Secret> secret(String options) {
    return imported(options).flatMap(NeutronImport::secret);
  }

  private String configuration(String options) {
    return configuration(agent(options));
  }

  private String configuration(OptionFile... files) {
    return NeutronImport.of(List.of(files), SecretPlace.USUAL, faults)
        .orElseThrow(() -> new AssertionError(faults))
        .configuration();
  }

  private Optional<NeutronImport> imported(String options) {
    return NeutronImport.of(List.of(agent(options)), SecretPlace.USUAL, faults);
  }

  private static OptionFile agent(String options) {
    return file("metadata_agent.ini", "[DEFAULT]\n" + options + "\n");
  }

  private static OptionFile file(String name, String text) {
    return new OptionFile(name, text.getBytes(StandardCharsets.UTF_8));
  }
}
