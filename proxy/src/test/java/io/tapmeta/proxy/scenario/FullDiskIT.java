package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Wiring;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attachments directory without room: said in one line, and everything stays as it was. */
@Scenario
final class FullDiskIT {
  private static final int UNAVAILABLE = 69;
  private static final int PAGE = 4096;
  private static final int PAGES = 16;
  private static final int INODES = 64;

  private ComputeNode node;

  @BeforeEach
  void mount() {
    node = ComputeNode.start();
    Command.of(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=%d,nr_inodes=%d".formatted(PAGES * PAGE, INODES),
            "tmpfs",
            node.attachments().toString())
        .run()
        .orFail();
  }

  @AfterEach
  void unmount() {
    Command.of("umount", node.attachments().toString()).run().orFail();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--mode shared", "--netns tapmeta-full", "--mac fa:16:3e:00:00:01"})
  void firstAttachmentIsRefusedAndNothingIsMade(String options) throws IOException {
    String tap = node.emptyTap();
    fill();
    Wiring before = node.wiring();

    Command.Result result = attach(tap, options);

    assertNoRoom(result, tap);
    assertThat(node.wiring()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--mode shared", "--netns tapmeta-full"})
  void formerAttachmentStaysAsItWas(String options) throws IOException {
    String tap = node.emptyTap();
    attach(tap, options).orFail();
    Path file = node.attachments().resolve(tap + ".json");
    String record = Files.readString(file);
    fill();
    Wiring before = node.wiring();

    Command.Result result = attach(tap, options + " --mac fa:16:3e:00:00:01");

    assertNoRoom(result, tap);
    assertThat(node.wiring()).isEqualTo(before);
    assertThat(file).hasContent(record);
    Files.delete(node.attachments().resolve("ballast"));
    node.script("tapmeta-detach", tap).run().orFail();
  }

  @Test
  void directoryThatTakesNoMoreFilesIsNamed() throws IOException {
    String tap = node.emptyTap();
    for (int i = 0; i < INODES && canMake("f" + i); i++) {
      // Until there are no more.
    }
    Wiring before = node.wiring();

    Command.Result result = attach(tap, "");

    assertNoRoom(result, tap);
    assertThat(node.wiring()).isEqualTo(before);
  }

  private void assertNoRoom(Command.Result result, String tap) {
    assertThat(result.err())
        .startsWith("tapmeta-attach: " + node.attachments() + "/")
        .contains(tap)
        .endsWith(": cannot be written (expected: room for it)\n")
        .hasLineCount(1);
    assertThat(result.status()).isEqualTo(UNAVAILABLE);
  }

  private Command.Result attach(String tap, String options) {
    String named = options.replace("tapmeta-full", "tapmeta-full-" + tap);
    String[] words = named.isBlank() ? new String[0] : named.strip().split(" ");
    return node.script("tapmeta-attach", tap, words).run();
  }

  private void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(node.attachments().resolve("ballast"))) {
      for (int i = 0; i <= PAGES; i++) {
        out.write(new byte[PAGE]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
      return;
    }
    throw new AssertionError("there is still room");
  }

  private boolean canMake(String name) {
    try {
      Files.createFile(node.attachments().resolve(name));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
