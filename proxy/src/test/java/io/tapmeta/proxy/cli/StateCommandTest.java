package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.Tapmeta;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asked of a daemon that runs in this process, over its own socket. */
@Timeout(60)
class StateCommandTest {
  @TempDir static Path temp;
  private static Path configuration;
  private static Tapmeta tapmeta;

  @BeforeAll
  static void start() throws IOException {
    NodeFiles files = new NodeFiles(temp);
    configuration = files.configuration();
    files.record("web", Instances.FULL);
    files.record("bad", "{");
    files.attachment("a", "{");
    Faults faults = new Faults("c");
    tapmeta =
        Tapmeta.start(ConfigurationReader.read(configuration, faults).orElseThrow(), () -> {});
    await().until(() -> state("attachments", "--json").out().contains("rejected"));
    await().until(() -> state("instances", "--json").out().contains(Instances.UUID));
  }

  @AfterAll
  static void stop() {
    tapmeta.close();
  }

  @Test
  void theStatusIsLinesForPeople() {
    CommandRun run = state("status");
    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("version          dev\n")
        .contains("records          1\n")
        .contains("attachments      listening=0 failed=0 rejected=1\n")
        .contains("sources          directory: up=true rejected=1 faults=")
        .contains("conflicts        none\n");
  }

  @Test
  void theStatusIsJsonForMachines() {
    assertThat(state("status", "--json").out())
        .startsWith("{\"version\": \"dev\", \"pid\": ")
        .contains("\"records\": 1, ")
        .endsWith("}\n");
  }

  @Test
  void attachmentsAreATable() {
    CommandRun run = state("attachments");
    assertThat(run.out().lines().findFirst().orElse(""))
        .matches("NAME +STATE +TAP +NETNS +ANSWERED +REFUSED +LAST +WHY");
    assertThat(run.out()).contains("\na     rejected  ");
  }

  @Test
  void instancesAreATable() {
    assertThat(state("instances").out())
        .startsWith("UUID ")
        .contains("\n" + Instances.UUID + "  Web 1  ");
    assertThat(state("instances", "--json").out())
        .startsWith("[{\"uuid\": \"" + Instances.UUID + "\", ");
  }

  @Test
  void withoutADaemonItIsStatusSixtyNine(@TempDir Path other) throws IOException {
    Path lonely = new NodeFiles(other).configuration();
    CommandRun run = CommandRun.of("status", "--config", lonely.toString());
    assertThat(run.status()).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("tapmeta: " + other.resolve("admin.sock") + ": ")
        .endsWith("(expected: a running daemon's admin socket)\n");
    assertThat(run.err().lines()).hasSize(1);
  }

  private static CommandRun state(String command, String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = command;
    arguments[1] = "--config";
    arguments[2] = configuration.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }
}
