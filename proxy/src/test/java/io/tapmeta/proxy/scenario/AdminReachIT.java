package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Namespace;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators reach, guests do not: not from where they are, nor from where they are let in. */
@Scenario
final class AdminReachIT {
  private static final List<String> PATHS = List.of("/metrics", "/healthz", "/readyz", "/state");
  private static final int ADMIN_PORT = 9775;

  private static EveryMode every;
  private static Daemon daemon;

  @BeforeAll
  static void start() {
    every = new EveryMode();
    daemon = every.node.daemon();
  }

  @AfterAll
  static void close() {
    every.close();
  }

  @Test
  void noGuestReachesItAtAnyAddressOfTheNode() {
    assertThat(reach(every.node.namespace(), "127.0.0.1", ADMIN_PORT)).isEqualTo("200");
    for (Guest guest : every.guests()) {
      for (String address :
          List.of(
              Guest.METADATA,
              Guest.METADATA6,
              "[fd00:ec2::254]",
              ComputeNode.GATEWAY,
              "10.0.0.2",
              "127.0.0.1",
              "[::1]")) {
        assertThat(reach(guest.namespace(), address, ADMIN_PORT))
            .as("%s to %s", guest.record().hostname(), address)
            .isEqualTo("000");
      }
    }
  }

  @Test
  void noAttachmentsNamespaceHasIt() {
    for (Namespace namespace : List.of(every.separate.attachment(), every.sdn)) {
      for (String address : List.of("127.0.0.1", "[::1]", Guest.METADATA)) {
        assertThat(reach(namespace, address, ADMIN_PORT)).isEqualTo("000");
      }
      assertThat(said(namespace, "ss", "-Htln")).doesNotContain(":" + ADMIN_PORT);
    }
  }

  @Test
  void pagesOfTheAdminSideAreNoneOfTheGuests() {
    for (Guest guest : every.guests()) {
      for (String path : PATHS) {
        assertThat(guest.get(path).status()).as(path).isEqualTo(404);
      }
      String hosted = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9775\r\n\r\n";
      assertThat(guest.send(hosted).status()).isEqualTo(404);
      String absolute =
          "GET http://127.0.0.1:9775/metrics HTTP/1.1\r\nHost: 127.0.0.1:9775\r\n\r\n";
      assertThat(guest.send(absolute).status()).isEqualTo(400);
    }
  }

  @Test
  void guestPortIsTheOnlyOneThatTheDaemonListensOnInANamespace() {
    // Wherever a daemon listens for guests, it is at the metadata addresses alone.
    for (Namespace namespace : List.of(every.separate.attachment(), every.sdn)) {
      assertThat(said(namespace, "ss", "-Htln").lines().map(line -> line.split(" +", -1)[3]))
          .isNotEmpty()
          .allSatisfy(local -> assertThat(local).matches("(169\\.254\\.|\\[(fe80|fd00)).*:9697"));
    }
  }

  @Test
  void socketOfTheCommandLineIsTheOwnersAlone() {
    String mode =
        Command.of("stat", "-c", "%a", every.node.directory().resolve("admin.sock").toString())
            .run()
            .orFail()
            .strip();
    assertThat(mode).matches("[67]00");
    assertThat(daemon.admin("/healthz").status()).isEqualTo(200);
  }

  /** The status that a request gets; 000 where there is no answer. */
  private static String reach(Namespace from, String address, int port) {
    return from.command(
            "curl",
            "--silent",
            "--globoff",
            "--max-time",
            "1",
            "--output",
            "/dev/null",
            "--write-out",
            "%{http_code}",
            "http://%s:%d/healthz".formatted(address, port))
        .run()
        .out();
  }

  private static String said(Namespace namespace, String... words) {
    return namespace.command(words).run().orFail();
  }
}
