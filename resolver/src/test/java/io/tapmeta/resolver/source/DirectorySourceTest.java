package io.tapmeta.resolver.source;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.text.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectorySourceTest {
  private static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";

  @TempDir Path temp;
  private final Resolver resolver = new Resolver(Set.of(DirectorySource.NAME));
  private Path directory;
  private DirectorySource source;

  @BeforeEach
  void open() throws IOException {
    directory = Files.createDirectory(temp.resolve("instances"));
    source = new DirectorySource(directory, resolver);
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void everyFileIsARecordWhateverItsName() throws IOException {
    put("web.json", record("web", "tap1"));
    put("db.yaml", "uuid: " + UUID + "\nname: db\nports: [{mac: 'fa:16:3e:00:00:02'}]\n");
    put("no-suffix", record("third", "tap3"));
    put(".web.json.swp", "nonsense");
    source.refresh();
    assertThat(byName()).containsOnlyKeys("web", "db", "third");
    assertThat(byName().get("web").origin()).isEqualTo(directory.resolve("web.json").toString());
    assertThat(source.status().rejected()).isZero();
    assertThat(source.status().up()).isTrue();
  }

  @Test
  void anEmptyDirectoryIsASourceThatWasRead() {
    assertThat(resolver.isReady()).isFalse();
    source.refresh();
    assertThat(resolver.isReady()).isTrue();
    assertThat(source.status().lastSuccess()).isPresent();
  }

  @Test
  void aDirectoryThatIsMissingIsNoSourceYet() throws IOException {
    Files.delete(directory);
    source.refresh();
    assertThat(resolver.isReady()).isFalse();
    assertThat(source.status()).isEqualTo(new SourceStatus(false, Optional.empty(), 0, List.of()));
  }

  @Test
  void aDirectoryThatGoesLeavesItsRecordsInForce() throws IOException {
    put("web.json", record("web", "tap1"));
    source.refresh();
    Instant read = source.status().lastSuccess().orElseThrow();
    Files.move(directory, temp.resolve("away"));
    source.refresh();
    assertThat(byName()).containsOnlyKeys("web");
    assertThat(resolver.isReady()).isTrue();
    assertThat(source.status().up()).isFalse();
    assertThat(source.status().lastSuccess()).contains(read);
    Files.move(temp.resolve("away"), directory);
    put("db.json", record("db", "tap2"));
    source.refresh();
    assertThat(byName()).containsOnlyKeys("web", "db");
    assertThat(source.status().up()).isTrue();
  }

  @Test
  void aFileThatIsBrokenKeepsTheLastGoodRecord() throws IOException {
    put("web.json", record("web", "tap1"));
    source.refresh();
    InstanceRecord before = byName().get("web");
    put("web.json", "{\n \"uuid\": 5}");
    source.refresh();
    assertThat(byName()).containsExactly(Map.entry("web", before));
    assertThat(source.status().rejected()).isEqualTo(1);
    assertThat(source.status().faults())
        .contains(
            new Fault(directory.resolve("web.json").toString(), 2, "uuid: 5 (expected: a string)"));
    assertThat(source.status().up()).isTrue();
  }

  @Test
  void aFileThatIsMendedIsNoLongerNamed() throws IOException {
    put("web.json", "{");
    put("db.json", "{");
    source.refresh();
    assertThat(source.status().rejected()).isEqualTo(2);
    assertThat(resolver.isReady()).isTrue();
    put("web.json", record("web", "tap1"));
    source.refresh();
    assertThat(byName()).containsOnlyKeys("web");
    assertThat(source.status().rejected()).isEqualTo(1);
    Files.delete(directory.resolve("db.json"));
    source.refresh();
    assertThat(source.status().rejected()).isZero();
    assertThat(source.status().faults()).isEmpty();
  }

  @Test
  void aBrokenFileThatIsDeletedTakesItsLastGoodRecordAlong() throws IOException {
    put("web.json", record("web", "tap1"));
    source.refresh();
    put("web.json", "{");
    source.refresh();
    Files.delete(directory.resolve("web.json"));
    source.refresh();
    assertThat(byName()).isEmpty();
    assertThat(source.status().rejected()).isZero();
  }

  @Test
  void aFileThatIsGoneByTheTimeItIsReadIsNoFault() throws IOException {
    put("web.json", record("web", "tap1"));
    Path file = directory.resolve("web.json");
    FileStamp seen = FileStamp.of(file);
    Files.delete(file);
    source.compared(Map.of(file, seen), Set.of());
    assertThat(source.status().rejected()).isZero();
    assertThat(byName()).isEmpty();
  }

  /** Reading this file fails for root too. */
  @Test
  void aFileThatCannotBeReadIsAFault() throws IOException {
    put("web.json", record("web", "tap1"));
    Files.createSymbolicLink(directory.resolve("mem.json"), Path.of("/proc/self/mem"));
    source.refresh();
    assertThat(byName()).containsOnlyKeys("web");
    assertThat(source.status().rejected()).isEqualTo(1);
    assertThat(source.status().faults().getFirst().toString())
        .startsWith(directory.resolve("mem.json") + ": unreadable, ");
  }

  @Test
  void aChangedRecordHasAnotherRevisionAndTheOthersKeepTheirs() throws IOException {
    put("web.json", record("web", "tap1"));
    put("db.json", record("db", "tap2"));
    source.refresh();
    Map<String, InstanceRecord> before = byName();
    put("web.json", record("web", "tap9"));
    source.refresh();
    assertThat(byName().get("web").revision()).isGreaterThan(before.get("web").revision());
    assertThat(byName().get("db")).isSameAs(before.get("db"));
  }

  @Test
  void aFileWrittenAgainWithTheSameContentKeepsItsRevision() throws IOException {
    put("web.json", record("web", "tap1"));
    source.refresh();
    InstanceRecord before = byName().get("web");
    put("web.json", record("web", "tap1"));
    source.refresh();
    assertThat(byName().get("web")).isSameAs(before);
    put("web.json", "{");
    source.refresh();
    put("web.json", record("web", "tap1"));
    source.refresh();
    assertThat(byName().get("web")).isSameAs(before);
  }

  @Test
  void revisionsAreNeverGivenTwice() throws IOException {
    put("web.json", record("web", "tap1"));
    source.refresh();
    long first = byName().get("web").revision();
    Files.delete(directory.resolve("web.json"));
    source.refresh();
    put("web.json", record("web", "tap1"));
    source.refresh();
    assertThat(byName().get("web").revision()).isGreaterThan(first);
    try (DirectorySource another =
        new DirectorySource(directory, new Resolver(Set.of(DirectorySource.NAME)))) {
      another.refresh();
    }
    put("db.json", record("db", "tap2"));
    source.refresh();
    assertThat(byName().values()).extracting(InstanceRecord::revision).doesNotHaveDuplicates();
  }

  /** Documents show both in the order of the record. */
  @Test
  void anotherOrderOfMetaOrVendorDataIsAnotherRecord() throws IOException {
    put("web.json", record("web", "tap1", "\"meta\": {\"a\": \"1\", \"b\": \"2\"}"));
    put("db.json", record("db", "tap2", "\"vendor_data\": {\"a\": 1, \"b\": 2}"));
    source.refresh();
    Map<String, InstanceRecord> before = byName();
    put("web.json", record("web", "tap1", "\"meta\": {\"b\": \"2\", \"a\": \"1\"}"));
    put("db.json", record("db", "tap2", "\"vendor_data\": {\"b\": 2, \"a\": 1}"));
    source.refresh();
    assertThat(byName().get("web").instance().meta().keySet()).containsExactly("b", "a");
    assertThat(byName().get("db").revision()).isGreaterThan(before.get("db").revision());
  }

  @Test
  void twoFilesOfOnePortAreBothInForceAndInConflict() throws IOException {
    put("a.json", record("a", "tap1"));
    put("b.json", record("b", "tap1"));
    source.refresh();
    assertThat(byName()).containsOnlyKeys("a", "b");
    assertThat(resolver.index().conflicts()).hasSize(1);
    assertThat(resolver.index().conflicts().getFirst()).contains("a.json").contains("b.json");
  }

  @Test
  void nothingIsPublishedWhereNothingChanged() throws IOException {
    put("web.json", record("web", "tap1"));
    source.refresh();
    AtomicInteger publications = new AtomicInteger();
    resolver.onPublication(_ -> publications.incrementAndGet());
    source.refresh();
    assertThat(publications).hasValue(0);
    put("web.json", record("web", "tap2"));
    source.refresh();
    assertThat(publications).hasValue(1);
  }

  @Test
  void startedItFollowsByItself() throws IOException {
    source.start();
    await().until(resolver::isReady);
    for (int i = 0; i < 10; i++) {
      Path next = temp.resolve("next");
      Files.writeString(next, record("web-" + i, "tap1"));
      Files.move(next, directory.resolve("web.json"), ATOMIC_MOVE, REPLACE_EXISTING);
      String name = "web-" + i;
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(byName()).containsOnlyKeys(name));
    }
    Files.delete(directory.resolve("web.json"));
    await().atMost(Duration.ofSeconds(1)).until(() -> byName().isEmpty());
  }

  private Map<String, InstanceRecord> byName() {
    Collection<InstanceRecord> records = resolver.index().records();
    return records.stream()
        .collect(Collectors.toMap(record -> record.instance().name(), Function.identity()));
  }

  /** Moved in by rename, as every writer has to. */
  private void put(String name, String content) throws IOException {
    Path next = Files.writeString(temp.resolve("next"), content);
    Files.move(next, directory.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  private static String record(String name, String tap) {
    return record(name, tap, "\"launch_index\": 0");
  }

  private static String record(String name, String tap, String member) {
    return """
           {"uuid": "%s", "name": "%s", "ports": [{"mac": "fa:16:3e:00:00:01", "tap": "%s"}], %s}
           """
        .formatted(UUID, name, tap, member);
  }
}
