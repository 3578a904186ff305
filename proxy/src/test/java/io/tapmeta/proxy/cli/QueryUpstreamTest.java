package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tapmeta.proxy.document.Instances;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QueryUpstreamTest {
  private static final String OWN = "/latest/meta-data/hostname";
  private static final String PASSWORD = "/openstack/latest/password";

  @TempDir Path temp;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private NodeFiles files;
  private HttpServer backend;

  @BeforeEach
  void open() throws IOException {
    files = new NodeFiles(temp);
    Files.writeString(temp.resolve("secret"), "correct-horse\n");
    files.record("web", Instances.FULL);
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Instance-ID-Signature"));
          boolean known = !exchange.getRequestURI().getPath().endsWith("unknown");
          byte[] body = (known ? "from Nova" : "no").getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(known ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    backend.start();
    configure(backend.getAddress().getPort());
  }

  @AfterEach
  void close() {
    backend.stop(0);
  }

  @Test
  void whatIsNotKnownHereIsAskedOfTheUpstream() throws IOException {
    CommandRun run = query("/openstack/latest/something");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nfrom Nova");
    assertThat(run.err()).isEmpty();
    assertThat(asked)
        .containsExactly(
            "GET /openstack/latest/something"
                + " 902162f30663b75e5a672c1f0a1388db8a94333d0b3f653d7b5e780d3d5691c5");
    assertThat(query(OWN).out()).endsWith("web-1.novalocal");
    assertThat(asked).hasSize(1);
  }

  @Test
  void anIdentityWithoutDocumentsIsAskedForThere() throws IOException {
    bare();
    assertThat(query(OWN).out()).endsWith("\r\n\r\nfrom Nova");
    assertThat(query("--json", OWN).out())
        .contains("\"status\": 200", "\"body\": \"from Nova\"", "\"why\": \"\"");
  }

  @Test
  void aRefusalOfTheUpstreamIsSaidToBeItsOwn() throws IOException {
    CommandRun run = query("/unknown");
    assertThat(run.out()).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\nno");
    assertThat(run.err())
        .isEqualTo(
            "tapmeta: %s is not attached; the upstream answered 404\n".formatted(Instances.TAP));
  }

  @Test
  void whyItCouldNotBeAskedIsSaid() throws IOException {
    int port = backend.getAddress().getPort();
    backend.stop(0);
    CommandRun run = query("/unknown");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("HTTP/1.1 503 ");
    assertThat(run.err())
        .contains("the upstream could not be connected to: http://127.0.0.1:" + port + ": ")
        .contains("refused");
    assertThat(query("--json", "/unknown").out())
        .contains("\"status\": 503", "\"why\": \"")
        .contains("the upstream could not be connected to: ");
  }

  @Test
  void aBackendThatSaysNothingIsWaitedForUntilTheDeadline() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      configure(silent.getLocalPort());
      CommandRun run = query("/unknown");
      assertThat(run.out()).startsWith("HTTP/1.1 504 ");
      assertThat(run.err()).contains("the upstream did not answer within upstream.deadline");
    }
  }

  /** Usually it is another user's, who may read it. */
  @Test
  void withoutTheSecretOnlyWhatIsKnownHereIsAnswered() throws IOException {
    Files.delete(temp.resolve("secret"));
    assertThat(query(OWN).out()).endsWith("web-1.novalocal");
    CommandRun unknown = query("/unknown");
    assertThat(unknown.out()).startsWith("HTTP/1.1 404 ");
    assertThat(unknown.err()).contains("the upstream cannot be asked: ", temp + "/secret");
    CommandRun password = query("-X", "POST", PASSWORD);
    assertThat(password.status()).isZero();
    assertThat(password.out()).isEmpty();
    assertThat(password.err()).contains("the upstream cannot be asked: ");
    assertThat(temp.resolve("passwords")).doesNotExist();
    bare();
    assertThat(query("--json", OWN).out())
        .startsWith("{\"status\": 0, ")
        .contains("the upstream cannot be asked: ");
  }

  private void bare() throws IOException {
    files.record(
        "web",
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\", \"tap\": \"%s\"}]}"
            .formatted(Instances.UUID, Instances.MAC, Instances.TAP));
  }

  private void configure(int port) throws IOException {
    files.configuration(
        """
        upstream:
          endpoints: ["http://127.0.0.1:%d"]
          shared_secret_file: %s/secret
          deadline: 500ms
        """
            .formatted(port, temp));
  }

  private CommandRun query(String... arguments) {
    String[] all = new String[arguments.length + 5];
    System.arraycopy(
        new String[] {
          "query", "--config", temp.resolve("tapmeta.yaml").toString(), "--tap", Instances.TAP
        },
        0,
        all,
        0,
        5);
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    return CommandRun.of(all);
  }
}
