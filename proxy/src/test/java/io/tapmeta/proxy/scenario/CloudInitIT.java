package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.CloudInit;
import io.tapmeta.proxy.scenario.kit.CloudInit.Boot;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real cloud-init of Debian, booting in two guests with the same address at the same moment.
 */
@Scenario
@Tag("cloud-init")
final class CloudInitIT {

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Timeout(1500)
  void twoGuestsWithTheSameAddressConfigureThemselvesEachAsItself() throws Exception {
    CloudInit debian = CloudInit.of("bookworm");
    Guest web = guest("web");
    Guest db = guest("db");
    node.daemon();

    try (ExecutorService machines = Executors.newFixedThreadPool(2)) {
      Future<Boot> first = machines.submit(() -> debian.boot(node, web));
      Future<Boot> second = machines.submit(() -> debian.boot(node, db));
      assertConfigured(web, first.get());
      assertConfigured(db, second.get());
    }
  }

  private Guest guest(String name) {
    Guest guest = node.guest().start();
    guest
        .record()
        .hostname(name + ".novalocal")
        .key(key(guest))
        .userData(
            """
            #cloud-config
            write_files:
            - path: /root/written-by-user-data
              content: this is %s
            """
                .formatted(name))
        .subnet("10.0.0.0/24", Guest.ADDRESS, ComputeNode.GATEWAY)
        .write();
    return guest.attach();
  }

  private void assertConfigured(Guest guest, Boot boot) throws IOException {
    String name = guest.record().hostname().replaceAll("\\..*", "");

    assertThat(boot.result("result.json"))
        .contains("\"datasource\": \"DataSourceOpenStackLocal [net,ver=2]\"")
        .containsPattern("\"errors\": \\[]");
    assertThat(boot.result("instance-data.json"))
        .contains("\"instance_id\": \"" + guest.record().uuid() + "\"");
    assertThat(boot.result("hostname").strip()).isEqualTo(name);
    assertThat(boot.result("authorized_keys")).contains(key(guest));
    assertThat(boot.result("files/root/written-by-user-data").strip()).isEqualTo("this is " + name);
    // After the probe of the list nothing is asked twice: no answer was one to try again.
    assertThat(boot.result("requests").lines().skip(1))
        .hasSizeGreaterThan(20)
        .doesNotHaveDuplicates();
    assertThat(boot.result("cloud-init.log")).doesNotContain("WARNING");
    assertThat(boot.result("network"))
        .contains("inet " + Guest.ADDRESS, "default via " + ComputeNode.GATEWAY);
  }

  private static String key(Guest guest) {
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7xGSkTnQ8sl9kXWvX5J2D3Qk0lHPzCn3bq0n1Wf3aT "
        + guest.tap();
  }
}
