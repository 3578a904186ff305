package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbsoluteFormTest {
  private static final Set<String> OURS = Set.of("169.254.169.254", "[fe80::a9fe:a9fe]");

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254, /",
    "http://169.254.169.254/, /",
    "http://169.254.169.254/openstack/latest, /openstack/latest",
    "http://169.254.169.254:80/a, /a",
    "HTTP://169.254.169.254/A/b, /A/b",
    "http://169.254.169.254?x=1, /?x=1",
    "http://169.254.169.254/a?b=http://x/, /a?b=http://x/",
    "http://[fe80::a9fe:a9fe]/a, /a",
    "http://[FE80::A9FE:A9FE]:80/a, /a",
    "http://169.254.169.254//a, //a"
  })
  void aUrlOfOursIsReducedToItsPath(String target, String path) {
    assertThat(AbsoluteForm.path(target, Optional.empty(), OURS)).contains(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "openstack",
        "169.254.169.254/",
        "169.254.169.254:80",
        "//169.254.169.254/",
        "https://169.254.169.254/",
        "ftp://169.254.169.254/",
        "http:/169.254.169.254/",
        "http:169.254.169.254",
        "http://",
        "http:///a",
        "http://:80/",
        "http://example.org/",
        "http://169.254.169.254.example.org/",
        "http://169.254.169.254:8080/",
        "http://169.254.169.254:080/",
        "http://169.254.169.254:/",
        "http://169.254.169.254:80:80/",
        "http://user@169.254.169.254/",
        "http://169.254.169.254@example.org/",
        "http://example.org@169.254.169.254/",
        "http://169.254.169.254%2f@example.org/",
        "http://2852039166/",
        "http://0xa9.254.169.254/",
        "http://fe80::a9fe:a9fe/"
      })
  void anyOtherTargetIsNotOurs(String target) {
    assertThat(AbsoluteForm.path(target, Optional.empty(), OURS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254/a, 169.254.169.254",
    "http://169.254.169.254/a, 169.254.169.254:80",
    "http://169.254.169.254:80/a, 169.254.169.254",
    "http://[fe80::a9fe:a9fe]/a, [FE80::A9FE:A9FE]:80",
    "http://[fe80::a9fe:a9fe%25eth0]/a, [fe80::a9fe:a9fe%eth0]",
    "http://[fe80::a9fe:a9fe%25eth0]/a, [fe80::a9fe:a9fe]"
  })
  void aHostThatSaysTheSameMayBeSpelledOtherwise(String target, String host) {
    assertThat(AbsoluteForm.path(target, Optional.of(host), OURS)).contains("/a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "[fe80::a9fe:a9fe]",
        "169.254.169.254:8080",
        "169.254.169.254:80:80",
        "169.254.169.254:",
        "169.254.169.254.",
        "user@169.254.169.254",
        "http://169.254.169.254"
      })
  void aHostThatSaysSomethingElseMakesItNobodys(String host) {
    assertThat(AbsoluteForm.path("http://169.254.169.254/a", Optional.of(host), OURS)).isEmpty();
  }
}
