package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.config.UpstreamSettings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backend behind TLS that wants to see who asks. */
@Timeout(120)
class UpstreamTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  @BeforeEach
  void makeCertificates() throws Exception {
    for (String authority : new String[] {"ca", "other"}) {
      openssl(
          "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=%1$s -keyout %1$s.key -out %1$s.pem"
              .formatted(authority));
    }
    UpstreamDesk.write(directory.resolve("names"), "subjectAltName=IP:127.0.0.1\n");
    certify("server");
    certify("client");
    openssl(
        "pkcs12 -export -in server.pem -inkey server.key -out server.p12 -passout pass:"
            + PASSWORD);
  }

  @Test
  void isAskedWithOurCertificateAndBelievedByItsOwn() throws Exception {
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, tls("ca", true)).open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 3; i++) {
        assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
      }
      assertThat(backend.connections()).isEqualTo(1);
      assertThat(backend.requests().getFirst().header("X-Instance-ID-Signature"))
          .containsExactly(UpstreamDesk.SIGNATURE);
    }
  }

  @Test
  void isNotAskedWhereItsCertificateIsSomebodyElses() throws Exception {
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, tls("other", true)).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(503);
      assertThat(guest.post(ANY, "secret").status()).isEqualTo(503);
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void asksNobodyWithoutACertificate() throws Exception {
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, tls("ca", false)).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isIn(502, 503);
      assertThat(backend.requests()).isEmpty();
    }
  }

  @Test
  void aKeyThatIsAnothersIsAFaultFromTheStart() throws Exception {
    certify("next");
    Tls mixed = new Tls(false, file("ca.pem"), file("client.pem"), file("next.key"));
    try (MisbehavingBackend backend = backend()) {
      assertThatIOException()
          .isThrownBy(() -> plan(backend, mixed).open())
          .withMessage("%1$s/next.key (expected: the key of %1$s/client.pem)".formatted(directory));
    }
  }

  @Test
  void anAuthorityThatCannotBeReadOrIsNoneIsAFaultFromTheStart() throws Exception {
    Files.writeString(directory.resolve("empty.pem"), "");
    try (MisbehavingBackend backend = backend()) {
      assertThatIOException()
          .isThrownBy(() -> plan(backend, tls("absent", true)).open())
          .withMessage(authorityFault("absent", "unreadable"));
      assertThatIOException()
          .isThrownBy(() -> plan(backend, tls("empty", true)).open())
          .withMessage(authorityFault("empty", "no certificates"));
    }
  }

  private String authorityFault(String name, String what) {
    return "upstream.auth_ca_cert: %s/%s.pem: %s (expected: a file of certificates in PEM)"
        .formatted(directory, name, what);
  }

  @Test
  void aKeyOnACurveWillDoAsWell() throws Exception {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=curve"
            + " -keyout curve.key -out curve.csr");
    openssl(
        "x509 -req -in curve.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out curve.pem");
    Tls curve = new Tls(false, file("ca.pem"), file("curve.pem"), file("curve.key"));
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, curve).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
      assertThat(backend.peers()).containsExactly("CN=curve");
    }
  }

  @Test
  void isAskedUnseenWhereThatIsWanted() throws Exception {
    Tls insecure = new Tls(true, Optional.empty(), file("client.pem"), file("client.key"));
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, insecure).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
    }
  }

  @Test
  void theProbeIsBelievedNoLessThanARequest() throws Exception {
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, tls("ca", true)).open();
        RawGuest guest = desk.guest()) {
      backend.script(talk -> talk.say("garbage\r\n").close());
      for (int i = 0; i < 4; i++) {
        assertThat(guest.get(ANY).status()).isEqualTo(502);
      }
      backend.script(talk -> talk.answer(404, "nothing here"));
      await().until(() -> !desk.endpoint(0).isEjected(System.nanoTime()));
      assertThat(backend.probes()).isNotEmpty();
    }
  }

  @Test
  void anAuthorityThatIsReplacedIsBelievedFromThenOn() throws Exception {
    Files.copy(directory.resolve("other.pem"), directory.resolve("trusted.pem"));
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, tls("trusted", true)).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(503);
      replace("trusted.pem", "ca.pem");
      await().until(() -> guest.get(ANY).status() == 200);
      assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
    }
  }

  @Test
  void aCertificateThatIsReplacedIsShownFromThenOn() throws Exception {
    certify("next");
    Files.copy(directory.resolve("client.pem"), directory.resolve("shown.pem"));
    Files.copy(directory.resolve("client.key"), directory.resolve("shown.key"));
    Tls shown = new Tls(false, file("ca.pem"), file("shown.pem"), file("shown.key"));
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, shown).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.peers()).containsExactly("CN=client");
      // Between the two renames, the certificate has a key that is not its own.
      replace("shown.pem", "next.pem");
      desk.refreshFiles();
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.peers()).containsExactly("CN=client");
      replace("shown.key", "next.key");
      desk.refreshFiles();
      // Not even a connection that is still open goes on under the old name.
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.peers()).containsExactly("CN=client", "CN=next");
    }
  }

  @Test
  void aFileThatIsNoCertificateLeavesTheLastGoodOneInForce() throws Exception {
    Files.copy(directory.resolve("ca.pem"), directory.resolve("trusted.pem"));
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, tls("trusted", true)).open();
        RawGuest guest = desk.guest()) {
      UpstreamDesk.write(directory.resolve("trusted.pem"), "no certificate\n");
      desk.refreshFiles();
      assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
      Files.delete(directory.resolve("trusted.pem"));
      desk.refreshFiles();
      assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
    }
  }

  private void replace(String name, String by) throws IOException {
    Path next = directory.resolve(name + ".next");
    Files.copy(directory.resolve(by), next);
    Files.move(next, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private UpstreamDesk.Plan plan(MisbehavingBackend backend, Tls tls) {
    return new UpstreamDesk.Plan(directory, backend).tls(tls);
  }

  private Tls tls(String authority, boolean client) {
    return new Tls(
        false,
        file(authority + ".pem"),
        client ? file("client.pem") : Optional.empty(),
        client ? file("client.key") : Optional.empty());
  }

  private Optional<Path> file(String name) {
    return Optional.of(directory.resolve(name));
  }

  private MisbehavingBackend backend() throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("server.p12"))) {
      own.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(directory.resolve("ca.pem"))) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return MisbehavingBackend.tls(context, talk -> talk.answer(200, "behind TLS"));
  }

  private void certify(String who) throws IOException, InterruptedException {
    openssl(
        "req -newkey rsa:2048 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr".formatted(who));
    openssl(
        "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out %1$s.pem"
            .formatted(who));
  }

  private void openssl(String arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
