package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.SystemdNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The unit under systemd itself, on a node where tapmeta is installed. */
@Scenario
@Timeout(1200)
final class SystemdIT {
  /** CAP_NET_ADMIN (12) and CAP_SYS_ADMIN (21). */
  private static final String RIGHTS = "0000000000201000";

  private static final String ASK =
      """
      nsenter --net=/run/netns/guest curl -s -m 10 -o /dev/null -w '%{http_code}\\n' \
        http://169.254.169.254/latest/meta-data/hostname
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static SystemdNode node;

  @BeforeAll
  static void start() {
    node = new SystemdNode();
    node.sh(
            """
            set -e
            install -d -m 750 /etc/tapmeta/instances
            touch /etc/tapmeta/tapmeta.yaml
            cat >/etc/tapmeta/instances/web-1.json <<'RECORD'
            {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "hostname": "web-1.novalocal",
             "ports": [{"tap": "tap0", "mac": "fa:16:3e:5a:01:37",
                        "subnets": [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5"}]}]}
            RECORD
            systemctl daemon-reload
            systemctl enable --now tapmeta
            ip netns add guest
            ip link add tap0 type veth peer name eth0 netns guest
            ip link set tap0 up
            ip -n guest link set eth0 address fa:16:3e:5a:01:37 up
            ip -n guest addr add 10.0.0.5/24 dev eth0
            ip -n guest route add 169.254.169.254 dev eth0
            tapmeta-attach tap0
            """)
        .orFail();
    awaitServed();
  }

  @AfterAll
  static void close() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void restartsLoseNoRequest() {
    Command.Result result =
        node.sh(
            """
            set -e
            ask() {
              %s
            }
            (while [ ! -e /run/enough ]; do ask; done) >/run/statuses &
            for restart in 1 2 3; do
              systemctl restart tapmeta
              until [ "$(curl -s -o /dev/null -w '%%{http_code}' 127.0.0.1:9775/readyz)" = 200 ]; do :; done
              ask
            done
            touch /run/enough
            wait
            rm /run/enough
            cat /run/statuses
            """
                .formatted(ASK));

    List<String> statuses = result.orFail().lines().toList();
    assertThat(statuses).hasSizeGreaterThanOrEqualTo(3).containsOnly("200");
  }

  @Test
  void aDaemonThatIsKilledIsThereAgain() {
    String before = main();

    node.sh("kill -KILL " + before).orFail();

    await().until(() -> !main().equals(before) && !main().equals("0"));
    awaitServed();
  }

  @Test
  void theProcessHasTheRightsThatTheUnitLeavesItAndNoOthers() {
    String status = node.sh("cat /proc/" + main() + "/status").orFail();

    assertThat(status)
        .containsPattern("CapEff:\\s*" + RIGHTS)
        .containsPattern("CapPrm:\\s*" + RIGHTS)
        .containsPattern("CapBnd:\\s*" + RIGHTS)
        .containsPattern("NoNewPrivs:\\s*1")
        .containsPattern("Seccomp:\\s*2");
  }

  @Test
  void aBadConfigurationIsRefusedByAReloadAndNotTriedAgainByARestart() {
    node.sh("echo 'guest: {prot: 1}' >/etc/tapmeta/tapmeta.yaml; systemctl reload tapmeta")
        .orFail();
    await().until(() -> node.sh("journalctl -u tapmeta").out().contains("prot"));
    assertThat(node.sh(ASK).out()).isEqualTo("200\n");

    node.sh("systemctl restart tapmeta");
    await().until(() -> show("ActiveState").equals("failed"));
    assertThat(show("ExecMainStatus")).isEqualTo("78");

    node.sh(": >/etc/tapmeta/tapmeta.yaml; systemctl restart tapmeta").orFail();
    awaitServed();
  }

  private static void awaitServed() {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> node.sh(ASK).out().equals("200\n"));
  }

  private static String main() {
    return show("MainPID");
  }

  private static String show(String property) {
    return node.sh("systemctl show --value --property=" + property + " tapmeta").orFail().strip();
  }
}
