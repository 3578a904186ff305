package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.CloudInit;
import io.tapmeta.proxy.scenario.kit.CloudInit.Boot;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Debian's cloud-init and session tokens: its EC2 source, which asks for one where it takes the
 * machine for Amazon's, and its OpenStack source, which knows of none.
 */
@Scenario
@Tag("cloud-init")
final class CloudInitTokensIT {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7xGSkTnQ8sl9kXWvX5J2D3Qk0lHPzCn3bq0n1Wf3aT ops";
  private static final String USER_DATA =
      """
      #cloud-config
      write_files:
      - path: /root/from-user-data
        content: this is web-1
      """;

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  /**
   * A UUID that begins as Amazon's do. What Amazon has beyond Nova (the identity document, the
   * network branch) is missing, and cloud-init tries for it again and again: three minutes.
   * Bookworm's looks for the network over a second lease, and takes what newer kernels say to that
   * for a failure.
   */
  @Test
  @Timeout(1500)
  void ec2SourceConfiguresItsGuestWhereTokensAreRequired() throws IOException {
    String uuid = "ec2c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";
    Guest guest = guest(uuid);
    Daemon daemon = node.daemon(node.config().policy("tokens", "required"));

    Boot boot =
        CloudInit.of("trixie")
            .boot(node, guest, "--kind", "ec2", "--uuid", uuid, "--timeout", "290");

    assertThat(boot.result("result.json"))
        .contains("\"datasource\": \"DataSourceEc2")
        .containsPattern("\"errors\": \\[]");
    assertThat(boot.result("instance-data.json")).contains("\"instance_id\": \"i-0000002a\"");
    assertConfigured(boot);
    assertThat(daemon.metric("tapmeta_tokens_issued_total")).isPositive();
    assertThat(daemon.metric("tapmeta_token_requests_total{mode=\"required\",token=\"valid\"}"))
        .isGreaterThan(20);
  }

  /** It asks as ever, is answered as ever, and the operator learns whom tokens would cut off. */
  @Test
  @Timeout(1500)
  void openStackSourceIsCountedAndConfiguresItsGuestWhereTokensAreReported() throws IOException {
    String uuid = UUID.randomUUID().toString();
    Guest guest = guest(uuid);
    Daemon daemon = node.daemon(node.config().policy("tokens", "report"));

    Boot boot = CloudInit.of("bookworm").boot(node, guest, "--uuid", uuid);

    assertThat(boot.result("result.json")).contains("DataSourceOpenStack");
    assertConfigured(boot);
    double requests = boot.result("requests").lines().count();
    assertThat(requests).isGreaterThan(20);
    assertThat(daemon.metric("tapmeta_token_requests_total{mode=\"report\",token=\"absent\"}"))
        .isEqualTo(requests);
    assertThat(daemon.metric("tapmeta_tokens_issued_total")).isZero();
    daemon.awaitLog("instance " + uuid + " asks without a good session token (report)");
  }

  private Guest guest(String uuid) {
    Guest guest = node.guest().start();
    guest
        .record()
        .replaceBy(
            """
            {"uuid": "%s", "project_id": "p-1", "name": "Web 1", "hostname": "web-1.novalocal",
             "availability_zone": "az-east",
             "keys": [{"name": "ops", "type": "ssh", "data": "%s\\n"}],
             "user_data": "%s",
             "ec2": {"instance_id": "i-0000002a", "instance_type": "m1.small"},
             "ports": [{"tap": "%s", "mac": "%s", "vif_type": "ovs", "mtu": 1400, "subnets":
               [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "gateway_ip": "10.0.0.1"}]}]}
            """
                .formatted(
                    uuid,
                    KEY,
                    Base64.getEncoder().encodeToString(USER_DATA.getBytes(StandardCharsets.UTF_8)),
                    guest.tap(),
                    guest.mac()));
    return guest.attach();
  }

  private static void assertConfigured(Boot boot) throws IOException {
    assertThat(boot.result("hostname").strip()).isEqualTo("web-1");
    assertThat(boot.result("authorized_keys").strip()).isEqualTo(KEY);
    assertThat(boot.result("files/root/from-user-data").strip()).isEqualTo("this is web-1");
  }
}
