package io.tapmeta.proxy.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighbourTableTest {
  private static final String HEAD =
      "entries  allocs   destroys hash_grows lookups  hits     table_fulls\n";

  @TempDir private Path proc;

  @Test
  void theEntriesAreTheSameOnEveryProcessorAndTheRefusalsAddUp() throws IOException {
    stat(
        "000003ff 0000 0000 0000 0000 0000 00000bdb\n000003ff 0000 0000 0000 0000 0000 00000001\n");
    limit("1024\n");
    assertThat(NeighbourTable.read(proc)).contains(new NeighbourTable(1_023, 1_024, 3_036));
  }

  @Test
  void itIsFullFromNineTenthsOn() {
    assertThat(new NeighbourTable(921, 1_024, 0).isFull()).isFalse();
    assertThat(new NeighbourTable(922, 1_024, 0).isFull()).isTrue();
  }

  @Test
  void whereItIsNotShownThereIsNone() throws IOException {
    assertThat(NeighbourTable.read(proc)).isEmpty();
    stat("nothing of use\n");
    limit("1024\n");
    assertThat(NeighbourTable.read(proc)).isEmpty();
  }

  private void stat(String values) throws IOException {
    Path file = proc.resolve("net/stat/arp_cache");
    Files.createDirectories(file.getParent());
    Files.writeString(file, HEAD + values);
  }

  private void limit(String value) throws IOException {
    Path file = proc.resolve("sys/net/ipv4/neigh/default/gc_thresh3");
    Files.createDirectories(file.getParent());
    Files.writeString(file, value);
  }
}
