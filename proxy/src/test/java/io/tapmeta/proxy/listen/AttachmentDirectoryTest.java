package io.tapmeta.proxy.listen;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From files to listeners and what is said of them, on the loopback device. */
@Timeout(60)
class AttachmentDirectoryTest {
  @TempDir Path temp;
  private Path directory;
  private LoopbackNode node;
  private AttachmentDirectory attachments;

  @BeforeEach
  void start() throws IOException {
    directory = temp.resolve("attachments");
    node = new LoopbackNode(temp);
    attachments = new AttachmentDirectory(directory, node.listeners());
  }

  @AfterEach
  void stop() throws IOException {
    attachments.close();
    node.close();
  }

  @Test
  void theDirectoryIsMadeWhereItIsMissing() {
    attachments.start();
    await().until(node.listeners()::isSynced);
    assertThat(directory).isDirectory();
    assertThat(node.listeners().statuses()).isEmpty();
  }

  @Test
  void nothingIsSyncedBeforeTheDirectoryWasRead() throws IOException {
    assertThat(node.listeners().isSynced()).isFalse();
    refresh();
    assertThat(node.listeners().isSynced()).isFalse();
    Files.createDirectory(directory);
    refresh();
    await().until(node.listeners()::isSynced);
  }

  @Test
  void anAttachmentListensAndStopsWithItsFile() throws IOException {
    put("a", good("a", "lo"));
    refresh();
    awaitState("a", State.LISTENING);
    assertThat(statuses().get("a"))
        .usingRecursiveComparison()
        .isEqualTo(new AttachmentStatus("a", State.LISTENING, "a", "", ""));
    assertThat(node.readyAfter())
        .hasSize(1)
        .allMatch(took -> took.compareTo(Duration.ofSeconds(30)) < 0);
    Files.delete(directory.resolve("a.json"));
    refresh();
    await().until(() -> node.listeners().statuses().isEmpty());
  }

  @Test
  void theDirectoryIsFollowed() throws IOException {
    attachments.start();
    await().until(node.listeners()::isSynced);
    put("a", good("a", "lo"));
    await().atMost(Duration.ofSeconds(1)).until(() -> statuses().containsKey("a"));
    Files.delete(directory.resolve("a.json"));
    await().atMost(Duration.ofSeconds(1)).until(() -> node.listeners().statuses().isEmpty());
  }

  @Test
  void anAttachmentWithoutItsInterfaceSaysSo() throws IOException {
    put("a", good("a", "nosuchdevice0"));
    refresh();
    awaitState("a", State.FAILED);
    assertThat(statuses().get("a").why())
        .isEqualTo(
            "interface nosuchdevice0: not in namespace of the host (expected: the interface that"
                + " guests come in by)");
    put("a", good("a", "lo"));
    refresh();
    awaitState("a", State.LISTENING);
  }

  @Test
  void anAttachmentWithoutItsNamespaceSaysSo() throws IOException {
    put(
        "a",
        """
        {"name": "a", "tap": "a", "mode": "netns", "netns": "tapmeta-none", "interface": "md0"}
        """);
    refresh();
    awaitState("a", State.FAILED);
    assertThat(statuses().get("a"))
        .usingRecursiveComparison()
        .isEqualTo(
            new AttachmentStatus(
                "a",
                State.FAILED,
                "a",
                "tapmeta-none",
                "/run/netns/tapmeta-none: No such file or directory"));
  }

  @Test
  void aFileThatIsWrongIsRejectedWithItsFirstFault() throws IOException {
    put("a", "{\"name\": \"a\"}");
    refresh();
    awaitState("a", State.REJECTED);
    assertThat(statuses().get("a").why())
        .startsWith(directory.resolve("a.json") + ":1: ")
        .endsWith(")");
    put("a", good("a", "lo"));
    refresh();
    awaitState("a", State.LISTENING);
  }

  @Test
  void aFileThatBecomesWrongLeavesTheAttachmentAsItWas() throws IOException {
    put("a", good("a", "lo"));
    refresh();
    awaitState("a", State.LISTENING);
    put("a", "{");
    put("b", "{");
    refresh();
    awaitState("b", State.REJECTED);
    assertThat(statuses().get("a").state()).isEqualTo(State.LISTENING);
  }

  @Test
  void aRejectedFileIsForgottenWithItsFile() throws IOException {
    put("a", "{");
    refresh();
    awaitState("a", State.REJECTED);
    Files.delete(directory.resolve("a.json"));
    refresh();
    await().until(() -> node.listeners().statuses().isEmpty());
  }

  @Test
  void aNameThatIsNotItsFilesIsRejected() throws IOException {
    put("a", good("b", "lo"));
    refresh();
    awaitState("a", State.REJECTED);
    assertThat(statuses().get("a").why()).endsWith("name: \"b\" (expected: \"a\", as its file)");
    assertThat(statuses()).containsOnlyKeys("a");
  }

  @Test
  void onlyJsonFilesAreAttachments() throws IOException {
    put("a", good("a", "lo"));
    Files.writeString(directory.resolve("b.yaml"), "nonsense");
    Files.writeString(directory.resolve(".c.json"), "nonsense");
    Files.createDirectory(directory.resolve("d.json"));
    refresh();
    awaitState("a", State.LISTENING);
    assertThat(statuses()).containsOnlyKeys("a");
  }

  /** One tap, or one interface, under two names would be one guest with two identities. */
  @Test
  void aSecondAttachmentOfAnInterfaceOrATapFails() throws IOException {
    put("a", good("a", "lo"));
    refresh();
    awaitState("a", State.LISTENING);
    put("b", good("b", "lo"));
    put("c", good("c", "nosuchdevice0").replace("\"tap\": \"c\"", "\"tap\": \"a\""));
    refresh();
    awaitState("b", State.FAILED);
    awaitState("c", State.FAILED);
    assertThat(statuses().get("b").why())
        .isEqualTo("interface lo: already attached as a (expected: one attachment an interface)");
    assertThat(statuses().get("c").why())
        .isEqualTo("tap a: already attached as a (expected: one attachment a tap)");
    Files.delete(directory.resolve("a.json"));
    refresh();
    // Failed ones are tried again every second.
    awaitState("b", State.LISTENING);
  }

  @Test
  void aFileReadAloneMayHaveAnyName() throws IOException {
    put("a", good("b", "lo"));
    Faults faults = new Faults("f");
    assertThat(AttachmentDirectory.read(directory.resolve("a.json"), faults))
        .hasValueSatisfying(attachment -> assertThat(attachment.name()).isEqualTo("b"));
    assertThat(AttachmentDirectory.read(directory.resolve("none.json"), faults)).isEmpty();
    assertThat(faults.list()).hasSize(1);
  }

  private void refresh() {
    attachments.refresh();
  }

  private void awaitState(String name, State state) {
    await()
        .untilAsserted(
            () ->
                assertThat(statuses())
                    .hasEntrySatisfying(
                        name, status -> assertThat(status.state()).isEqualTo(state)));
  }

  private Map<String, AttachmentStatus> statuses() {
    return node.listeners().statuses().stream()
        .collect(Collectors.toMap(AttachmentStatus::name, Function.identity()));
  }

  private void put(String name, String content) throws IOException {
    Files.createDirectories(directory);
    Path next = Files.writeString(temp.resolve("next"), content);
    Files.move(next, directory.resolve(name + ".json"), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  private static String good(String name, String device) {
    return """
           {"name": "%1$s", "tap": "%1$s", "mode": "shared", "netns": null, "interface": "%2$s"}
           """
        .formatted(name, device);
  }
}
