package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second file about one tap, as a copy leaves it: it goes alone. */
@Scenario
final class DuplicateAttachmentIT {
  private static ComputeNode node;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"netns", "shared"})
  void detachOfTheDuplicateLeavesTheWiringToTheOther(String mode) throws IOException {
    String tap = node.emptyTap();
    node.attach(tap, "--mode", mode);
    Wiring before = node.wiring();
    copy(tap, "dup");

    Command.Result result = node.script("tapmeta-detach", "dup").run();

    assertThat(node.wiring()).isEqualTo(before);
    assertThat(result.status()).isZero();
    assertThat(result.err())
        .isEqualTo(
            "tapmeta-detach: dup: a second attachment of %1$s, which stays (expected: one; tapmeta-detach %1$s ends the other)\n"
                .formatted(tap));

    copy(tap, "dup");
    node.batch("tapmeta-detach", "dup").run().orFail();
    assertThat(node.wiring()).isEqualTo(before);
    node.detach(tap);
  }

  private static void copy(String tap, String name) throws IOException {
    Path file = node.attachments().resolve(tap + ".json");
    Files.writeString(
        node.attachments().resolve(name + ".json"),
        Files.readString(file).replace("\"name\": \"" + tap + "\"", "\"name\": \"" + name + "\""));
  }
}
