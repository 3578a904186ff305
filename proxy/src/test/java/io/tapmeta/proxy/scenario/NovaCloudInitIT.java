package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.CloudInit;
import io.tapmeta.proxy.scenario.kit.CloudInit.Boot;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.RealNova;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Debian's cloud-init in a guest of which the node knows no more than who it is, and a real Nova. */
@RealNova
@Tag("cloud-init")
final class NovaCloudInitIT {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7xGSkTnQ8sl9kXWvX5J2D3Qk0lHPzCn3bq0n1Wf3aT ops";

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  @Timeout(1500)
  void novaConfiguresAGuestThatTheNodeOnlyIdentifies() throws IOException {
    CloudInit debian = CloudInit.of("bookworm");
    Guest guest = node.guest().start();
    Path known = node.directory().resolve("known.json");
    guest
        .record()
        .hostname("of-nova")
        .key(KEY)
        .userData(gzip("#!/bin/sh\nhostname >/root/user-data-ran\n"))
        .subnet("10.0.0.0/24", Guest.ADDRESS, ComputeNode.GATEWAY);
    Files.writeString(known, guest.record().text());
    Nova nova = node.nova(List.of(known)).start();
    guest.record().writeIdentity();
    guest.attach();
    Path secret = Files.writeString(node.directory().resolve("secret"), Nova.SECRET);
    node.daemon(
        node.config()
            .upstream("endpoints", "[\"http://127.0.0.1:%d\"]".formatted(Nova.PORT))
            .upstream("shared_secret_file", secret.toString()));

    Boot boot = debian.boot(node, guest);

    assertThat(boot.result("result.json"))
        .contains("\"datasource\": \"DataSourceOpenStackLocal [net,ver=2]\"")
        .containsPattern("\"errors\": \\[]");
    assertThat(boot.result("hostname").strip()).isEqualTo("of-nova");
    assertThat(boot.result("authorized_keys")).contains(KEY);
    assertThat(boot.result("files/root/user-data-ran").strip()).isEqualTo("of-nova");
    assertThat(boot.result("instance-data.json"))
        .contains("\"instance_id\": \"" + guest.record().uuid() + "\"");
    assertThat(boot.result("network"))
        .contains("inet " + Guest.ADDRESS, "default via " + ComputeNode.GATEWAY);
    // No answer was one to try again.
    assertThat(boot.result("requests").lines().skip(1))
        .hasSizeGreaterThan(20)
        .doesNotHaveDuplicates();
    assertThat(boot.result("cloud-init.log")).doesNotContain("WARNING");
    assertThat(nova.log()).doesNotContain("does not match");
    System.out.printf(
        "cloud-init asked %d times, Nova was asked %d times%n",
        boot.result("requests").lines().count(),
        nova.accessLog().lines().filter(NovaCloudInitIT::isRequest).count());
  }

  private static boolean isRequest(String line) {
    return line.contains("] GET /");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }
}
