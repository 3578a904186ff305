package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.UpstreamSettings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    for (String who : new String[] {"server", "client"}) {
      openssl(
          "req -newkey rsa:2048 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr"
              .formatted(who));
      openssl(
          "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out %1$s.pem"
              .formatted(who));
    }
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
  void isAskedUnseenWhereThatIsWanted() throws Exception {
    Tls insecure = new Tls(true, Optional.empty(), file("client.pem"), file("client.key"));
    try (MisbehavingBackend backend = backend();
        UpstreamDesk desk = plan(backend, insecure).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("behind TLS");
    }
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
