package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.DaemonConfig;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator asks beside a running daemon. */
@Scenario
final class OperatorCommandsIT {
  private static final int UNAVAILABLE = 69;

  private static ComputeNode node;
  private static DaemonConfig config;
  private static Guest web;
  private static Guest db;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    web = node.vm("web");
    db = node.vm("db");
    config = node.config().hold("50ms");
    node.daemon(config);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openstack",
        "/openstack/latest/vendor_data2.json",
        "/latest/meta-data/hostname",
        "/nothing"
      })
  void queryGivesWhatTheGuestGets(String path) {
    Response real = web.connect().request("GET", path, "Connection: close");

    String said = tapmeta("query", "--tap", web.tap(), path).out();

    int headEnd = said.indexOf("\r\n\r\n") + 4;
    Response queried =
        new Response(
            said.substring(0, headEnd), said.substring(headEnd).getBytes(StandardCharsets.UTF_8));
    assertThat(queried.status()).isEqualTo(real.status());
    assertThat(queried.headers()).isEqualTo(real.headers());
    assertThat(queried.text()).isEqualTo(real.text());
  }

  @Test
  void queryTellsGuestsOfOneAddressApart() {
    assertThat(tapmeta("query", "--tap", web.tap(), Guest.META_DATA_JSON).out())
        .contains(web.record().uuid());
    assertThat(tapmeta("query", "--tap", db.tap(), Guest.META_DATA_JSON).out())
        .contains(db.record().uuid());
  }

  @Test
  void queryForAMacOfAnotherTapSaysWhyItIsRefused() {
    Command.Result result =
        tapmeta("query", "--tap", web.tap(), "--mac", db.mac(), Guest.META_DATA_JSON);

    assertThat(result.out()).startsWith("HTTP/1.1 404 ");
    assertThat(result.err()).hasLineCount(1).startsWith("tapmeta: ");
  }

  @Test
  void statusAttachmentsAndInstancesNameWhatIsThere() {
    assertThat(tapmeta("status", "--json").out())
        .contains("\"records\": 2", "\"listening\": 2", "\"up\": true");
    assertThat(tapmeta("attachments").out())
        .contains(web.tap(), db.tap(), web.attachment().name())
        .contains("listening");
    assertThat(tapmeta("instances").out())
        .contains(web.record().uuid(), db.mac(), web.record().file().toString());
  }

  @Test
  void statusWithoutADaemonEndsWith69() {
    try (ComputeNode empty = ComputeNode.start()) {
      Command.Result result =
          Command.of(
                  Run.tapmeta().toString(),
                  "status",
                  "--config",
                  empty.config().write().file().toString())
              .run();

      assertThat(result.status()).isEqualTo(UNAVAILABLE);
      assertThat(result.err())
          .hasLineCount(1)
          .contains("admin.sock")
          .contains("(expected: a running daemon's admin socket)");
    }
  }

  private static Command.Result tapmeta(String command, String... arguments) {
    String[] words = new String[arguments.length + 4];
    words[0] = Run.tapmeta().toString();
    words[1] = command;
    words[2] = "--config";
    words[3] = config.file().toString();
    System.arraycopy(arguments, 0, words, 4, arguments.length);
    return node.namespace().command(words).run();
  }
}
