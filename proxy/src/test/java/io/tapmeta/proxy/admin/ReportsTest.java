package io.tapmeta.proxy.admin;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.listen.AttachmentDirectory;
import io.tapmeta.proxy.listen.LoopbackNode;
import io.tapmeta.proxy.metrics.BuildInfo;
import io.tapmeta.resolver.source.SourceStatus;
import io.tapmeta.resolver.text.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JSON of readiness and of the state, for every state that a node can be in. */
@Timeout(60)
class ReportsTest {
  private static final SourceStatus UNREAD =
      new SourceStatus(false, Optional.empty(), 0, List.of());
  private static final SourceStatus READ =
      new SourceStatus(true, Optional.of(Instant.EPOCH), 0, List.of());

  private final Map<String, SourceStatus> sources = new LinkedHashMap<>();
  @TempDir Path temp;
  private LoopbackNode node;
  private AttachmentDirectory attachments;
  private Readiness readiness;
  private StateReport state;

  @BeforeEach
  void start() throws IOException {
    node = new LoopbackNode(Files.createDirectory(temp.resolve("node")));
    attachments =
        new AttachmentDirectory(
            Files.createDirectory(temp.resolve("attachments")), node.listeners());
    readiness = new Readiness(() -> sources, node.listeners());
    state =
        new StateReport(
            node.listeners(), node.resolver(), () -> sources, new BuildInfo("1.2", "abc"));
  }

  @AfterEach
  void stop() throws IOException {
    attachments.close();
    node.close();
  }

  @Test
  void aNodeWithNothingAttachedIsReadyOnceAllIsRead() {
    sources.put("directory", READ);
    read();
    assertThat(readiness.report())
        .isEqualTo(
            new Readiness.Report(
                true,
                """
                {"ready": true, "sources": {"directory": "synced"}, \
                "attachments": {"read": true, "listening": 0, "not_listening": {}}}\
                """));
  }

  @Test
  void aSourceThatWasNeverReadIsWhyNot() {
    sources.put("directory", READ);
    sources.put("ovsdb", UNREAD);
    read();
    assertThat(readiness.report().ready()).isFalse();
    assertThat(readiness.report().json())
        .contains("\"sources\": {\"directory\": \"synced\", \"ovsdb\": \"not read yet\"}");
  }

  /** Its last good records are still in force. */
  @Test
  void aSourceThatIsDownAfterItWasReadDoesNotMatter() {
    sources.put("directory", new SourceStatus(false, Optional.of(Instant.now()), 3, List.of()));
    read();
    assertThat(readiness.report().ready()).isTrue();
  }

  @Test
  void attachmentsThatDoNotListenAreWhyNotAndNamedInOrder() throws IOException {
    sources.put("directory", READ);
    put("a", attachment("a", "lo"));
    put("c", attachment("c", "nosuchdevice0"));
    put("b", "{");
    read();
    await().until(() -> node.listeners().statuses().size() == 3);
    assertThat(readiness.report())
        .isEqualTo(
            new Readiness.Report(
                false,
                """
                {"ready": false, "sources": {"directory": "synced"}, "attachments": \
                {"read": true, "listening": 1, "not_listening": {"b": "%s", \
                "c": "interface nosuchdevice0: not in namespace of the host (expected: the \
                interface that guests come in by)"}}}\
                """
                    .formatted(why("b"))));
  }

  @Test
  void everyAttachmentListeningIsReady() throws IOException {
    sources.put("directory", READ);
    put("a", attachment("a", "lo"));
    read();
    await().until(() -> node.listeners().statuses().size() == 1);
    assertThat(readiness.report().ready()).isTrue();
    assertThat(readiness.report().json()).contains("\"listening\": 1, \"not_listening\": {}");
  }

  @Test
  void attachmentsAreListedInOrder() throws IOException {
    put("b", attachment("b", "lo"));
    put("a", attachment("a", "nosuchdevice0"));
    read();
    await().until(() -> node.listeners().statuses().size() == 2);
    assertThat(state.attachments())
        .isEqualTo(
            """
            [{"name": "a", "state": "failed", "tap": "a", "netns": "", \
            "answered": 0, "refused": 0, "last": null, "why": "%s"}, \
            {"name": "b", "state": "listening", "tap": "b", "netns": "", \
            "answered": 0, "refused": 0, "last": null, "why": ""}]\
            """
                .formatted(why("a")));
  }

  @Test
  void instancesAreListedWithTheirPorts() {
    node.resolver()
        .publish(
            "test",
            List.of(
                Instances.record(
                    Instances.withPorts(
                        """
                        {"mac": "fa:16:3e:00:00:01", "tap": "t", "network_id": "n"},
                        {"mac": "fa:16:3e:00:00:02"}
                        """),
                    1)));
    assertThat(state.instances())
        .isEqualTo(
            """
            [{"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "name": "web", "project_id": null, \
            "origin": "/instances/web", "identity_only": false, "ports": [{"tap": "t", "mac": "fa:16:3e:00:00:01", \
            "network_id": "n"}, {"tap": null, "mac": "fa:16:3e:00:00:02", "network_id": null}]}]\
            """);
  }

  @Test
  void theStatusCountsAndNamesWhatIsWrong() throws IOException {
    sources.put(
        "directory",
        new SourceStatus(
            true, Optional.of(Instant.now()), 1, List.of(new Fault("x.json", 3, "bad"))));
    put("a", "{");
    read();
    await().until(() -> node.listeners().statuses().size() == 1);
    node.resolver()
        .publish(
            "test",
            List.of(
                Instances.record(Instances.with("\"name\": \"a\""), 1),
                Instances.record(Instances.with("\"name\": \"b\""), 2)));
    assertThat(state.status())
        .matches(
            "\\{\"version\": \"1.2\", \"pid\": \\d+, \"uptime_seconds\": \\d+, \"records\": 2,"
                + " \"attachments\": \\{\"listening\": 0, \"failed\": 0, \"rejected\": 1\\},"
                + " \"sources\": \\{\"directory\": \\{\"up\": true, \"rejected\": 1,"
                + " \"faults\": \\[\"x.json:3: bad\"\\]\\}\\}, \"conflicts\": \\[\"tap"
                + " tap0d1fa6a8-94, MAC fa:16:3e:5a:01:37: claimed by /instances/a and"
                + " /instances/b \\(expected: one record\\)\"\\]\\}");
  }

  @Test
  void textIsEscaped() {
    sources.put("directory", READ);
    sources.put("a\"b", UNREAD);
    assertThat(readiness.report().json()).contains("\"a\\\"b\": \"not read yet\"");
  }

  private String why(String name) {
    return node.listeners().statuses().stream()
        .filter(status -> status.name().equals(name))
        .map(status -> status.why().replace("\\", "\\\\").replace("\"", "\\\""))
        .findFirst()
        .orElseThrow();
  }

  private void read() {
    attachments.refresh();
    await().until(node.listeners()::isSynced);
  }

  private void put(String name, String content) throws IOException {
    Path next = Files.writeString(temp.resolve("next"), content);
    Files.move(next, temp.resolve("attachments").resolve(name + ".json"), ATOMIC_MOVE);
  }

  private static String attachment(String name, String device) {
    return "{\"name\": \"%1$s\", \"tap\": \"%1$s\", \"mode\": \"shared\", \"interface\": \"%2$s\"}"
        .formatted(name, device);
  }
}
