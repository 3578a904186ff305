package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Debian's botocore, the ground of boto3 and of the AWS command line, in every mode of session
 * tokens. The image is made once, in {@code -Dtapmeta.clients.image=DIR}.
 */
@Scenario
@Tag("cloud-init")
final class TokenClientsIT {
  private static final String IMAGE =
      System.getProperty("tapmeta.clients.image", "/var/cache/tapmeta-test/clients");
  private static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
  private static final String REGION =
      "import botocore.session as s, botocore.utils as u;"
          + "print(u.InstanceMetadataRegionFetcher(num_attempts=1).retrieve_region())";

  private final ComputeNode node = ComputeNode.start();

  @BeforeAll
  static void image() {
    Command.of(SCRIPTS.resolve("clients-image").toString(), IMAGE)
        .within(Duration.ofMinutes(15))
        .run()
        .orFail();
  }

  @AfterEach
  void close() {
    node.close();
  }

  /** It makes a region of a zone by leaving out the last letter. */
  @ParameterizedTest
  @CsvSource({"off, 0", "report, 1", "required, 1"})
  @Timeout(1000)
  void botocoreLearnsItsRegion(String mode, int tokens) {
    Guest guest = node.guest().start();
    String project = "\"project_id\"";
    guest
        .record()
        .replaceBy(
            guest
                .record()
                .text()
                .replace(project, "\"availability_zone\": \"az-easta\", " + project));
    guest.attach();
    Daemon daemon = node.daemon(node.config().policy("tokens", mode));

    assertThat(
            guest
                .namespace()
                .command("chroot", IMAGE, "python3", "-c", REGION)
                .run()
                .orFail()
                .strip())
        .isEqualTo("az-east");
    assertThat(daemon.metric("tapmeta_tokens_issued_total")).isEqualTo(tokens);
  }
}
