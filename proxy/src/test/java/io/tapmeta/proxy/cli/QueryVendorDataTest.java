package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryVendorDataTest {
  @TempDir Path directory;

  @Test
  void targetsAreAskedAndTheNodesFileIsRead() throws IOException {
    Files.writeString(directory.resolve("vendor.json"), "[1]");
    HttpServer target = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
    target.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 1);
          exchange.getResponseBody().write('7');
          exchange.close();
        });
    target.start();
    try (OfflineNode node =
        node("  dynamic_targets: [\"t@http://localhost:" + target.getAddress().getPort() + "\"]")) {
      assertThat(body(node, "/openstack/latest/vendor_data2.json"))
          .isEqualTo("{\"static\": [1], \"t\": 7}");
      assertThat(body(node, "/openstack/latest/vendor_data.json")).isEqualTo("[1]");
    } finally {
      target.stop(0);
    }
  }

  @Test
  void aFileThatIsMissingIsNone() throws IOException {
    try (OfflineNode node = node("")) {
      assertThat(body(node, "/openstack/latest/vendor_data2.json")).isEqualTo("{\"static\": {}}");
    }
  }

  /** Its answer comes from another thread as well. */
  @Test
  void aPasswordThatIsPostedIsAnswered() throws IOException {
    try (OfflineNode node = node("")) {
      OfflineNode.Answer answer =
          node.ask("tap0", Optional.empty(), "POST", "/openstack/latest/password", List.of());
      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void whoChecksTheConfigurationIsToldOfABrokenFile() throws IOException {
    Path file = directory.resolve("vendor.json");
    Files.writeString(file, "{\n\"a\": oops}");
    Path configuration = configuration("");
    assertThat(Main.execute("check-config", configuration.toString()))
        .isEqualTo(ExitStatus.CONFIGURATION);
    Files.writeString(file, "{}");
    assertThat(Main.execute("check-config", configuration.toString())).isEqualTo(ExitStatus.OK);
    Files.delete(file);
    assertThat(Main.execute("check-config", configuration.toString()))
        .isEqualTo(ExitStatus.CONFIGURATION);
  }

  private String body(OfflineNode node, String path) throws IOException {
    OfflineNode.Answer answer = node.ask("tap0", Optional.empty(), "GET", path, List.of());
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private OfflineNode node(String more) throws IOException {
    Path records = Files.createDirectory(directory.resolve("records"));
    Files.writeString(
        records.resolve("vm.json"),
        """
        {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "name": "vm",
         "ports": [{"mac": "fa:16:3e:5a:01:37", "tap": "tap0"}]}
        """);
    Faults faults = new Faults("configuration");
    Configuration configuration =
        ConfigurationReader.read(configuration(more), faults)
            .orElseThrow(() -> new AssertionError(faults.list()));
    return new OfflineNode(configuration);
  }

  private Path configuration(String more) throws IOException {
    return Files.writeString(
        directory.resolve("tapmeta.yaml"),
        """
        attachments: {directory: %1$s/attachments}
        sources: {directory: %1$s/records}
        passwords: {directory: %1$s/passwords}
        vendor_data:
          jsonfile_path: %1$s/vendor.json
        %2$s
        """
            .formatted(directory, more));
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
