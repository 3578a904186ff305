package io.tapmeta.proxy.neutron;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which setting counts, and what it says, is as in oslo.config. */
final class OptionsTest {
  private final List<Fault> faults = new ArrayList<>();

  @Test
  void theLastFileCounts() {
    Options options = options("nova_metadata_host = a\n", "nova_metadata_host = b\n", "");
    assertThat(options.text(Option.NOVA_METADATA_HOST)).contains("b");
    assertThat(options.overridden(Option.NOVA_METADATA_HOST))
        .extracting(Setting::where)
        .containsExactly("0.ini:2");
  }

  @Test
  void theLastLineCounts() {
    Options options = options("nova_metadata_host = a\nnova_metadata_host = b\n");
    assertThat(options.text(Option.NOVA_METADATA_HOST)).contains("b");
    assertThat(options.overridden(Option.NOVA_METADATA_HOST)).hasSize(1);
  }

  @Test
  void thePresentNameCountsBeforeAnOlderOneOfTheSameFile() {
    Options options = options("nova_metadata_host = a\nnova_metadata_ip = b\n");
    assertThat(options.text(Option.NOVA_METADATA_HOST)).contains("a");
  }

  @Test
  void anOlderNameInALaterFileCounts() {
    Options options = options("nova_metadata_host = a\n", "nova_metadata_ip = b\n");
    assertThat(options.text(Option.NOVA_METADATA_HOST)).contains("b");
  }

  @Test
  void anOptionThatNoFileSetsHasItsDefault() {
    assertThat(options("").text(Option.NOVA_METADATA_HOST)).contains("127.0.0.1");
    assertThat(options("").text(Option.METADATA_WORKERS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "$state_path/x, /srv/x",
    "${state_path}x, /srvx",
    "$nova_metadata_host, 127.0.0.1",
    "$nova_metadata_ip, 127.0.0.1",
    "$metadata_rate_limiting.base_query_rate_limit, 10",
    "$my_path, /srv/own",
    "$$state_path, $state_path",
    "\\$state_path, $state_path",
    "$$$state_path, $/srv",
    "a$, a$",
    "$ a, $ a",
    "${state_path, ${state_path",
    "$1, $1"
  })
  void followsReferences(String value, String expanded) {
    Options options =
        options("state_path = /srv\nmy_path = $state_path/own\nauth_ca_cert = " + value + "\n");
    assertThat(options.text(Option.AUTH_CA_CERT)).contains(expanded);
    assertThat(faults).isEmpty();
  }

  @Test
  void looksForAReferenceInItsOwnSectionFirst() {
    Options options =
        options(
            """
            base_window_duration = 1
            burst_window_duration = 2
            [metadata_rate_limiting]
            base_window_duration = 3
            base_query_rate_limit = $base_window_duration
            burst_query_rate_limit = $metadata_backlog
            """);
    assertThat(options.text(Option.RATE_LIMIT_BASE)).contains("3");
  }

  @Test
  void passesOverWhatTheSectionHasNoOptionFor() {
    Options options =
        options(
            "state_path = a\n[metadata_rate_limiting]\nstate_path = b\nip_versions = $state_path");
    assertThat(options.text(Option.RATE_LIMIT_IP_VERSIONS)).contains("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"$nowhere", "$auth_ca_cert", "$other.option", "$admin_password", "$ring_a"})
  void refusesAReferenceToNothingToItselfOrToASecret(String value) {
    Options options =
        options(
            "admin_password = hunter2\nring_a = $ring_b\nring_b = $ring_a\nauth_ca_cert = "
                + value
                + "\n");
    assertThat(options.text(Option.AUTH_CA_CERT)).isEmpty();
    assertThat(faults)
        .singleElement()
        .asString()
        .startsWith("0.ini:5: [DEFAULT] auth_ca_cert: refers to ")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata_proxy_shared_secret = hun$ter2\n",
        "metadata_proxy_shared_secret = $mine\nmine = hun$ter2\n"
      })
  void doesNotTellPartOfASecretInAFault(String lines) {
    assertThat(options(lines).text(Option.SHARED_SECRET)).isEmpty();
    assertThat(faults).singleElement().asString().doesNotContain("ter2");
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "True, true",
    "1, true",
    "on, true",
    "YES, true",
    "false, false",
    "0, false",
    "Off, false",
    "no, false"
  })
  void readsFlags(String value, boolean flag) {
    assertThat(options("nova_metadata_insecure = " + value).flag(Option.NOVA_METADATA_INSECURE))
        .contains(flag);
  }

  @Test
  void refusesOtherFlags() {
    assertThat(options("nova_metadata_insecure = ja").flag(Option.NOVA_METADATA_INSECURE))
        .isEmpty();
    assertThat(faults)
        .singleElement()
        .hasToString("0.ini:2: [DEFAULT] nova_metadata_insecure: ja (expected: true or false)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http", "0", "65536", "87 75", "8775.0"})
  void refusesOtherNumbers(String value) {
    Optional<Integer> port =
        options("nova_metadata_port = " + value).number(Option.NOVA_METADATA_PORT, 1, 65_535);
    assertThat(port).isEmpty();
    assertThat(faults)
        .singleElement()
        .hasToString(
            "0.ini:2: [DEFAULT] nova_metadata_port: %s (expected: a whole number from 1 to 65535)"
                .formatted(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a | a", "a,b | a;b", "a, b , | a;b", "a,,b | a;;b"})
  void readsLists(String value, String items) {
    assertThat(options("auth_ca_cert = " + value).list(Option.AUTH_CA_CERT))
        .containsExactly(items.split(";", -1));
  }

  private Options options(String... files) {
    List<Setting> settings = new ArrayList<>();
    for (int i = 0; i < files.length; i++) {
      byte[] text = ("[DEFAULT]\n" + files[i]).getBytes(StandardCharsets.UTF_8);
      settings.addAll(IniReader.read(new OptionFile(i + ".ini", text), faults));
    }
    return new Options(Service.NEUTRON, settings, faults);
  }
}
