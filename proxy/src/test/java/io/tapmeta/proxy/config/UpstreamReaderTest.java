package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tapmeta.proxy.config.UpstreamSettings.Cache;
import io.tapmeta.proxy.config.UpstreamSettings.Tls;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The section {@code upstream}, in the manner of {@link ConfigurationReaderTest}. */
class UpstreamReaderTest {
  private static final String NEEDED =
      """
      upstream:
        endpoints: ["http://127.0.0.1:8775"]
        shared_secret_file: /etc/tapmeta/shared-secret
      """;

  @TempDir Path temp;

  @Test
  void withoutTheSectionThereIsNoUpstream() {
    assertThat(Configuration.DEFAULTS.upstream()).isEmpty();
  }

  @Test
  void defaults() throws IOException {
    assertThat(good(NEEDED))
        .isEqualTo(
            new UpstreamSettings(
                List.of(new EndpointUrl(false, "127.0.0.1", 8775)),
                List.of(Path.of("/etc/tapmeta/shared-secret")),
                Duration.ofSeconds(1),
                Duration.ofSeconds(8),
                16,
                64,
                256,
                262_144,
                new Cache(
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(5),
                    16_777_216,
                    1_048_576),
                new Tls(false, Optional.empty(), Optional.empty(), Optional.empty())));
  }

  @Test
  void keys() throws IOException {
    assertThat(
            good(
                """
                upstream:
                  endpoints: ["https://nova-a.example:8776", "http://[fd00::5]"]
                  shared_secret_file: [/a/new, /a/old]
                  connect_timeout: 250ms
                  deadline: 9s
                  per_guest: 3
                  per_guest_waiting: 0
                  per_node: 77
                  buffer: 1MiB
                  cache:
                    ttl: 0s
                    negative_ttl: 1s
                    stale_if_error: 1h
                    size: 1KiB
                    per_guest: 512B
                  nova_metadata_insecure: true
                  auth_ca_cert: /tls/ca.pem
                  nova_client_cert: /tls/client.pem
                  nova_client_priv_key: /tls/client.key
                """))
        .isEqualTo(
            new UpstreamSettings(
                List.of(
                    new EndpointUrl(true, "nova-a.example", 8776),
                    new EndpointUrl(false, "fd00::5", 80)),
                List.of(Path.of("/a/new"), Path.of("/a/old")),
                Duration.ofMillis(250),
                Duration.ofSeconds(9),
                3,
                0,
                77,
                1_048_576,
                new Cache(Duration.ZERO, Duration.ofSeconds(1), Duration.ofHours(1), 1024, 512),
                new Tls(
                    true,
                    Optional.of(Path.of("/tls/ca.pem")),
                    Optional.of(Path.of("/tls/client.pem")),
                    Optional.of(Path.of("/tls/client.key")))));
  }

  @Test
  void whereToAndWithWhichSecretHaveNoDefault() throws IOException {
    assertThat(faults("upstream: {}\n"))
        .extracting(Fault::what)
        .containsExactlyInAnyOrder(
            "upstream.endpoints: missing (expected: at least one URL)",
            "upstream.shared_secret_file: missing (expected: the file with"
                + " metadata_proxy_shared_secret)");
  }

  @Test
  void anEmptyListOfEndpointsIsNone() throws IOException {
    assertThat(faults(NEEDED.replace("[\"http://127.0.0.1:8775\"]", "[]")))
        .extracting(Fault::what)
        .singleElement()
        .asString()
        .startsWith("upstream.endpoints: ");
  }

  /** Such a URL has no path at all, which the fuzzer found out. */
  @Test
  void aUrlThatIsNotHierarchicalIsNamed() throws IOException {
    assertThat(faults(NEEDED.replace("http://127.0.0.1:8775", "mailto:nova")))
        .extracting(Fault::what)
        .singleElement()
        .asString()
        .startsWith("upstream.endpoints[0]: \"mailto:nova\" (expected: ");
  }

  @Test
  void anEmptyListOfSecretsIsNone() throws IOException {
    assertThat(faults(NEEDED.replace("/etc/tapmeta/shared-secret", "[]")))
        .extracting(Fault::what)
        .singleElement()
        .asString()
        .startsWith("upstream.shared_secret_file: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          connect_timeout: 0s            | upstream.connect_timeout: "0s"
          connect_timeout: 5             | upstream.connect_timeout: 5
          deadline: 99ms                 | upstream.deadline: "99ms"
          deadline: 10s                  | upstream.deadline: "10s"
          per_guest: 0                   | upstream.per_guest: 0
          per_guest: 10001               | upstream.per_guest: 10001
          per_guest_waiting: -1          | upstream.per_guest_waiting: -1
          per_node: 0                    | upstream.per_node: 0
          per_node: many                 | upstream.per_node: "many"
          buffer: 4095B                  | upstream.buffer: "4095B"
          buffer: 17MiB                  | upstream.buffer: "17MiB"
          cache: 5                       | upstream.cache: 5
          cache: {ttl: 61m}              | upstream.cache.ttl: "61m"
          cache: {ttl: -1s}              | upstream.cache.ttl: "-1s"
          cache: {negative_ttl: 2}       | upstream.cache.negative_ttl: 2
          cache: {stale_if_error: x}     | upstream.cache.stale_if_error: "x"
          cache: {size: 2GiB}            | upstream.cache.size: "2GiB"
          cache: {per_guest: 2GiB}       | upstream.cache.per_guest: "2GiB"
          cache: {tll: 1s}               | upstream.cache.tll: unknown key (expected: did you mean ttl?)
          nova_metadata_insecure: "yes"  | upstream.nova_metadata_insecure: "yes"
          auth_ca_cert: ca.pem           | upstream.auth_ca_cert: "ca.pem"
          nova_client_cert: ./c.pem      | upstream.nova_client_cert: "./c.pem"
          nova_client_priv_key: 5        | upstream.nova_client_priv_key: 5
          nova_client_cert: /tls/c.pem   | upstream.nova_client_priv_key: missing
          nova_client_priv_key: /tls/c.key | upstream.nova_client_cert: missing
          endpoint: []                   | upstream.endpoint: unknown key (expected: did you mean endpoints?)
          """)
  void eachBadValueIsNamedWithItsLine(String member, String expected) throws IOException {
    List<Fault> faults = faults(NEEDED + "  " + member + "\n");
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().line()).isEqualTo(4);
    assertThat(faults.getFirst().what()).startsWith(expected).contains("(expected: ");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8775, false, 127.0.0.1, 8775, 127.0.0.1:8775",
    "http://127.0.0.1:8775/, false, 127.0.0.1, 8775, 127.0.0.1:8775",
    "http://nova.example, false, nova.example, 80, nova.example:80",
    "https://nova.example, true, nova.example, 443, nova.example:443",
    "https://[fd00::5]:8775, true, fd00::5, 8775, [fd00::5]:8775"
  })
  void anEndpointIsSchemeHostAndPort(
      String url, boolean tls, String host, int port, String authority) {
    EndpointUrl endpoint = EndpointUrl.parse(url);
    assertThat(endpoint).isEqualTo(new EndpointUrl(tls, host, port));
    assertThat(endpoint.authority()).isEqualTo(authority);
    assertThat(endpoint).hasToString((tls ? "https://" : "http://") + authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:8775",
        "nova.example",
        "//nova.example",
        "ftp://nova.example",
        "http:/nova.example",
        "http://",
        "http://:8775",
        "http://nova.example/path",
        "http://nova.example?x=1",
        "http://nova.example/?",
        "http://nova.example#x",
        "http://user@nova.example",
        "http://nova.example:99999",
        "http://nova.example:x",
        "http://nova_api:8775",
        "http://a b",
        "http://nova.example\\u000aX: y"
      })
  void anythingElseIsNoEndpoint(String url) {
    assertThatIllegalArgumentException().isThrownBy(() -> EndpointUrl.parse(url));
  }

  private UpstreamSettings good(String text) throws IOException {
    Faults faults = new Faults("good.yaml");
    Optional<Configuration> configuration = ConfigurationReader.read(write(text), faults);
    assertThat(faults.list()).isEmpty();
    return configuration.orElseThrow().upstream().orElseThrow();
  }

  private List<Fault> faults(String text) throws IOException {
    Faults faults = new Faults("bad.yaml");
    assertThat(ConfigurationReader.read(write(text), faults)).isEmpty();
    return faults.list();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(temp.resolve("tapmeta.yaml"), text);
  }
}
