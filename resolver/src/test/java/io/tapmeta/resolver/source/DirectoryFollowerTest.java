package io.tapmeta.resolver.source;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectoryFollowerTest {
  /** INTERFACES 8: a change is in force within a second of the rename. */
  private static final Duration IN_FORCE = Duration.ofSeconds(1);

  /** One interval of whole comparisons, and as much again for a busy machine. */
  private static final Duration NEXT_COMPARISON = Duration.ofSeconds(5);

  @TempDir Path temp;
  private Path directory;
  private final Recorder recorder = new Recorder();
  private DirectoryFollower follower;

  @BeforeEach
  void open() throws IOException {
    directory = temp.resolve("followed");
    follower = new DirectoryFollower("follower", directory, recorder);
  }

  @AfterEach
  void close() {
    follower.close();
  }

  /** On the test's own thread: what one comparison of the whole directory finds. */
  @Nested
  class Comparing {
    @BeforeEach
    void make() throws IOException {
      Files.createDirectory(directory);
    }

    @Test
    void anEmptyDirectoryIsToldOfToo() {
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[] -[]");
    }

    @Test
    void filesAreToldOfOnceUntilTheyChange() throws IOException {
      put("a.json", "1");
      put("b.json", "1");
      follower.compareAll();
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json, b.json] -[]", "+[] -[]");
    }

    @Test
    void aFileReplacedByRenameHasChangedWhateverItsTimeAndSize() throws IOException {
      FileTime time = FileTime.fromMillis(1_700_000_000_000L);
      Files.setLastModifiedTime(put("a.json", "1"), time);
      follower.compareAll();
      Path next = Files.writeString(temp.resolve("next"), "2");
      Files.setLastModifiedTime(next, time);
      Files.move(next, directory.resolve("a.json"), ATOMIC_MOVE, REPLACE_EXISTING);
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json] -[]", "+[a.json] -[]");
    }

    @Test
    void aDeletedFileIsToldOfOnce() throws IOException {
      Path file = put("a.json", "1");
      follower.compareAll();
      Files.delete(file);
      follower.compareAll();
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json] -[]", "+[] -[a.json]", "+[] -[]");
    }

    @Test
    void aRenameIsARemovalAndAnArrival() throws IOException {
      Path file = put("a.json", "1");
      follower.compareAll();
      Files.move(file, directory.resolve("b.json"));
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json] -[]", "+[b.json] -[a.json]");
    }

    @Test
    void namesThatBeginWithADotAreNotThereYet() throws IOException {
      Path hidden = put(".a.json.tmp", "1");
      follower.compareAll();
      Files.move(hidden, directory.resolve("a.json"));
      follower.compareAll();
      Files.move(directory.resolve("a.json"), directory.resolve(".a.json"));
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[] -[]", "+[a.json] -[]", "+[] -[a.json]");
    }

    @Test
    void whatIsNoFileIsNotFollowed() throws IOException {
      Files.createDirectory(directory.resolve("folder.json"));
      Files.createSymbolicLink(directory.resolve("dangling.json"), temp.resolve("nowhere"));
      Files.createSymbolicLink(directory.resolve("loop.json"), Path.of("loop.json"));
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[] -[]");
    }

    @Test
    void aFileReplacedByAFolderIsGone() throws IOException {
      Path file = put("a.json", "1");
      follower.compareAll();
      Files.delete(file);
      Files.createDirectory(file);
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json] -[]", "+[] -[a.json]");
    }

    @Test
    void aLinkToAFileIsFollowedToIt() throws IOException {
      Path target = Files.writeString(temp.resolve("target"), "1");
      Files.createSymbolicLink(directory.resolve("a.json"), target);
      follower.compareAll();
      Files.writeString(target, "longer");
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json] -[]", "+[a.json] -[]");
    }

    @Test
    void aDirectoryThatIsGoneKeepsWhatWasKnown() throws IOException {
      put("a.json", "1");
      follower.compareAll();
      delete();
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("+[a.json] -[]", "unreadable");
    }

    @Test
    void whatADirectoryLostWhileItWasGoneIsToldOnItsReturn() throws IOException {
      put("a.json", "1");
      put("b.json", "1");
      follower.compareAll();
      delete();
      follower.compareAll();
      Files.createDirectory(directory);
      put("b.json", "2");
      follower.compareAll();
      assertThat(recorder.told())
          .containsExactly("+[a.json, b.json] -[]", "unreadable", "+[b.json] -[a.json]");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsUnreadable() throws IOException {
      delete();
      Files.writeString(directory, "no directory");
      follower.compareAll();
      assertThat(recorder.told()).containsExactly("unreadable");
    }
  }

  /** On the follower's thread: what it notices by itself, and how soon. */
  @Nested
  class Following {
    @Test
    void changesAreInForceWithinASecond() throws IOException {
      Files.createDirectory(directory);
      follower.start();
      await().atMost(NEXT_COMPARISON).until(() -> recorder.count("+[] -[]") == 1);
      for (int i = 0; i < 20; i++) {
        renameIn("a.json", Integer.toString(i));
        long expected = i + 1L;
        await().atMost(IN_FORCE).until(() -> recorder.count("+[a.json] -[]") == expected);
      }
      Files.delete(directory.resolve("a.json"));
      await().atMost(IN_FORCE).until(() -> recorder.count("+[] -[a.json]") == 1);
    }

    @Test
    void aFileWrittenInPlaceIsNoticedToo() throws IOException {
      Files.createDirectory(directory);
      put("a.json", "1");
      follower.start();
      await().until(() -> recorder.count("+[a.json] -[]") == 1);
      put("a.json", "more");
      await().atMost(IN_FORCE).until(() -> recorder.count("+[a.json] -[]") >= 2);
    }

    @Test
    void aMissingDirectoryMayAppearLater() throws IOException {
      follower.start();
      await().until(() -> recorder.count("unreadable") >= 1);
      Files.createDirectory(directory);
      renameIn("a.json", "1");
      await().atMost(NEXT_COMPARISON).until(() -> recorder.present().contains("a.json"));
      // And from then on by hints.
      renameIn("b.json", "1");
      await().atMost(IN_FORCE).until(() -> recorder.present().contains("b.json"));
    }

    @Test
    void aDirectoryMayGoAndComeBack() throws IOException {
      Files.createDirectory(directory);
      renameIn("a.json", "1");
      follower.start();
      await().until(() -> recorder.present().contains("a.json"));
      delete();
      await().atMost(NEXT_COMPARISON).until(() -> recorder.count("unreadable") >= 1);
      Files.createDirectory(directory);
      renameIn("b.json", "1");
      await().atMost(NEXT_COMPARISON).until(() -> recorder.present().contains("b.json"));
      renameIn("c.json", "1");
      await().atMost(IN_FORCE).until(() -> recorder.present().contains("c.json"));
    }

    @Test
    void anotherDirectoryPutInItsPlaceIsFollowed() throws IOException {
      Files.createDirectory(directory);
      renameIn("a.json", "1");
      follower.start();
      await().until(() -> recorder.present().contains("a.json"));
      Files.move(directory, temp.resolve("old"));
      Files.createDirectory(directory);
      renameIn("b.json", "1");
      await()
          .atMost(NEXT_COMPARISON)
          .untilAsserted(() -> assertThat(recorder.present()).containsExactly("b.json"));
    }

    @Test
    void manyChangesAtOnceAreAllNoticed() throws IOException {
      Files.createDirectory(directory);
      follower.start();
      for (int i = 0; i < 2000; i++) {
        renameIn("vm-" + i + ".json", "1");
      }
      await()
          .atMost(NEXT_COMPARISON)
          .untilAsserted(() -> assertThat(recorder.present()).hasSize(2000));
    }

    @Test
    void oneThreadOfItsNameTells() throws IOException {
      Files.createDirectory(directory);
      follower.start();
      await().until(() -> !recorder.threads().isEmpty());
      renameIn("a.json", "1");
      await().until(() -> recorder.present().contains("a.json"));
      assertThat(recorder.threads()).extracting(Thread::getName).containsExactly("follower");
      assertThat(recorder.threads()).allMatch(Thread::isDaemon);
    }

    @Test
    void closingEndsTheThread() throws IOException {
      Files.createDirectory(directory);
      follower.start();
      await().until(() -> !recorder.threads().isEmpty());
      follower.close();
      await().untilAsserted(() -> assertThat(recorder.threads()).noneMatch(Thread::isAlive));
    }

    private void renameIn(String name, String content) throws IOException {
      Path next = Files.writeString(directory.resolve("." + name), content);
      Files.move(next, directory.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
    }
  }

  private Path put(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private void delete() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
