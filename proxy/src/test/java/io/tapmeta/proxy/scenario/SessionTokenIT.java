package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Session tokens of a real node, between two VMs and across a change of mode. */
@Scenario
final class SessionTokenIT {
  private static final String HEADER = "X-aws-ec2-metadata-token: ";
  private static final String URL = "http://169.254.169.254";
  private static final String LIFETIME = "X-aws-ec2-metadata-token-ttl-seconds: 60";

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aTokenIsForOneVmAlone() {
    Guest first = node.vm("first");
    Guest second = node.vm("second");
    node.daemon(node.config().policy("tokens", "required"));

    assertThat(first.get(META_DATA_JSON).status()).isEqualTo(401);
    String token = token(first);
    assertThat(ask(first, token).status()).isEqualTo(200);
    assertThat(ask(first, token).identity()).isEqualTo(first.record().uuid());
    assertThat(ask(second, token).status()).isEqualTo(401);
  }

  @Test
  void whoAsksWithoutIsNamedBeforeTokensAreRequired() {
    Guest guest = node.vm("guest");
    Daemon daemon = node.daemon(node.config().policy("tokens", "report"));

    assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
    String token = token(guest);
    assertThat(daemon.metric("tapmeta_token_requests_total{mode=\"report\",token=\"absent\"}"))
        .isOne();
    daemon.awaitLog("instance " + guest.record().uuid() + " asks without a good session token");

    daemon.config().policy("tokens", "required").write();
    daemon.hangUp();
    daemon.awaitLog("reloaded ");
    assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(401);
    assertThat(ask(guest, token).status()).as("given out before").isEqualTo(200);
  }

  /** As the manuals of EC2 have it. */
  @Test
  void curlGetsATokenAndADocumentForIt() {
    Guest guest = node.vm("guest");
    node.daemon(node.config().policy("tokens", "required"));

    String token = curl(guest, "-X", "PUT", "-H", LIFETIME, URL + "/latest/api/token");
    assertThat(curl(guest, "-H", HEADER + token, URL + "/latest/meta-data/hostname"))
        .isEqualTo(curl(guest, "-H", HEADER + token, URL + "/2009-04-04/meta-data/hostname"))
        .isNotEmpty();
    assertThat(
            curl(
                guest, "-o", "/dev/null", "-w", "%{http_code}", URL + "/latest/meta-data/hostname"))
        .isEqualTo("401");
  }

  private static String curl(Guest guest, String... words) {
    List<String> all = new ArrayList<>(List.of("curl", "--silent", "--max-time", "5"));
    Collections.addAll(all, words);
    return guest.namespace().command(all.toArray(String[]::new)).run().orFail();
  }

  private static String token(Guest guest) {
    try (Connection connection = guest.connect()) {
      Response answer = connection.request("PUT", "/latest/api/token", LIFETIME);
      assertThat(answer.status()).isEqualTo(200);
      return answer.text();
    }
  }

  private static Response ask(Guest guest, String token) {
    try (Connection connection = guest.connect()) {
      return connection.request("GET", META_DATA_JSON, HEADER + token);
    }
  }
}
