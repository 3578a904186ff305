package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real cloud-init of Debian, booting in two guests with the same address at the same moment. The
 * image is made once, in {@code -Dtapmeta.cloud-init.image=DIR}.
 */
@Scenario
@Tag("cloud-init")
final class CloudInitIT {
  private static final String SUITE = "bookworm";
  private static final Path IMAGE =
      Path.of(System.getProperty("tapmeta.cloud-init.image", "/var/cache/tapmeta-test/" + SUITE));
  private static final Path SCRIPTS = Path.of("src/test/cloud-init").toAbsolutePath();
  private static final Duration IMAGE_PATIENCE = Duration.ofMinutes(15);
  private static final Duration BOOT_PATIENCE = Duration.ofMinutes(5);

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Timeout(1500)
  void twoGuestsWithTheSameAddressConfigureThemselvesEachAsItself() throws Exception {
    Command.of(SCRIPTS.resolve("cloud-init-image").toString(), SUITE, IMAGE.toString())
        .within(IMAGE_PATIENCE)
        .run()
        .orFail();
    Guest web = guest("web");
    Guest db = guest("db");
    node.daemon();

    try (ExecutorService machines = Executors.newFixedThreadPool(2)) {
      List<Future<?>> boots =
          List.of(machines.submit(() -> boot(web)), machines.submit(() -> boot(db)));
      for (Future<?> boot : boots) {
        boot.get();
      }
    }

    assertConfigured(web);
    assertConfigured(db);
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

  /** Comes up over DHCP as a fresh machine does, and asks over that lease. */
  private void boot(Guest guest) {
    Command.of(
            SCRIPTS.resolve("cloud-init-boot").toString(),
            "--image",
            IMAGE.toString(),
            "--netns",
            guest.namespace().name(),
            "--workdir",
            workdir(guest).toString(),
            "--uuid",
            guest.record().uuid(),
            "--dhcp-netns",
            node.namespace().name(),
            "--dhcp-interface",
            ComputeNode.BRIDGE,
            "--address",
            Guest.ADDRESS,
            "--gateway",
            ComputeNode.GATEWAY)
        .within(BOOT_PATIENCE)
        .run()
        .orFail();
  }

  private void assertConfigured(Guest guest) throws IOException {
    String name = guest.record().hostname().replaceAll("\\..*", "");

    assertThat(result(guest, "result.json"))
        .contains("\"datasource\": \"DataSourceOpenStackLocal [net,ver=2]\"")
        .containsPattern("\"errors\": \\[]");
    assertThat(result(guest, "instance-data.json"))
        .contains("\"instance_id\": \"" + guest.record().uuid() + "\"");
    assertThat(result(guest, "hostname").strip()).isEqualTo(name);
    assertThat(result(guest, "authorized_keys")).contains(key(guest));
    assertThat(result(guest, "files/root/written-by-user-data").strip())
        .isEqualTo("this is " + name);
    // After the probe of the list nothing is asked twice: no answer was one to try again.
    assertThat(result(guest, "requests").lines().skip(1))
        .hasSizeGreaterThan(20)
        .doesNotHaveDuplicates();
    assertThat(result(guest, "cloud-init.log")).doesNotContain("WARNING");
    assertThat(result(guest, "network"))
        .contains("inet " + Guest.ADDRESS, "default via " + ComputeNode.GATEWAY);
  }

  private String result(Guest guest, String file) throws IOException {
    return Files.readString(workdir(guest).resolve("result").resolve(file));
  }

  private Path workdir(Guest guest) {
    return node.directory().resolve("boot-" + guest.tap());
  }

  private static String key(Guest guest) {
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7xGSkTnQ8sl9kXWvX5J2D3Qk0lHPzCn3bq0n1Wf3aT "
        + guest.tap();
  }
}
