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
    write("net/stat/arp_cache", HEAD + row("000003ff", "00000bdb") + row("000003ff", "00000001"));
    write("sys/net/ipv4/neigh/default/gc_thresh3", "1024\n");
    write("net/stat/ndisc_cache", HEAD + row("00000001", "00000000"));
    write("sys/net/ipv6/neigh/default/gc_thresh3", "2048\n");
    assertThat(NeighbourTable.all(proc))
        .containsExactly(
            new NeighbourTable("net.ipv4.neigh.default.gc_thresh3", 1_023, 1_024, 3_036),
            new NeighbourTable("net.ipv6.neigh.default.gc_thresh3", 1, 2_048, 0));
  }

  @Test
  void itIsFullFromNineTenthsOnWhereItHasRefusedSomebody() {
    assertThat(new NeighbourTable("x", 921, 1_024, 1).isFull()).isFalse();
    assertThat(new NeighbourTable("x", 922, 1_024, 1).isFull()).isTrue();
    assertThat(new NeighbourTable("x", 1_024, 1_024, 0).isFull()).isFalse();
  }

  @Test
  void whereNoneIsShownThereIsNone() throws IOException {
    assertThat(NeighbourTable.all(proc)).isEmpty();
    write("sys/net/ipv4/neigh/default/gc_thresh3", "1024\n");
    write("net/stat/arp_cache", "");
    assertThat(NeighbourTable.all(proc)).isEmpty();
    write("net/stat/arp_cache", HEAD + "nothing of use\n");
    assertThat(NeighbourTable.all(proc)).isEmpty();
  }

  private static String row(String entries, String refused) {
    return "%s 00000000 00000000 00000000 00000000 00000000 %s\n".formatted(entries, refused);
  }

  private void write(String name, String text) throws IOException {
    Path file = proc.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
