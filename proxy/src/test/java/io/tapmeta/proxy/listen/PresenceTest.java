package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceTest {
  @TempDir Path directory;
  private Path mark;
  private Presence presence;

  @BeforeEach
  void start() {
    mark = directory.resolve(".daemon");
    presence = new Presence(directory);
  }

  @Test
  void theMarkNamesThisProcessAndGoesWithIt() throws IOException {
    presence.announce();
    assertThat(Files.readString(mark)).isEqualTo(ProcessHandle.current().pid() + "\n");

    presence.close();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aPredecessorsMarkIsTakenOver() throws IOException {
    Files.writeString(mark, "4194304\n");
    presence.announce();
    assertThat(Files.readString(mark)).isEqualTo(ProcessHandle.current().pid() + "\n");
  }

  @Test
  void aSuccessorsMarkStays() throws IOException {
    presence.announce();
    Files.writeString(mark, "4194304\n");
    presence.close();
    assertThat(mark).hasContent("4194304\n");
  }

  @Test
  void whoWaitsForAnAttachmentIsToldAndNobodyElse() throws IOException {
    Path one = Files.createFile(directory.resolve(".one.waiting"));
    Path other = Files.createFile(directory.resolve(".other.waiting"));
    presence.listening("one");
    assertThat(one).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void aDirectoryThatIsNotThereStopsNothing() {
    Presence nowhere = new Presence(directory.resolve("missing"));
    nowhere.announce();
    nowhere.listening("one");
    nowhere.close();
    assertThat(directory).isEmptyDirectory();
  }
}
