package io.tapmeta.proxy.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kernel's table of neighbours of a family, one for all namespaces of a machine. A guest that it
 * has no room for gets no SYN-ACK, and has to ask again.
 *
 * @param sysctl what limits it
 * @param entries there are
 * @param limit of them; 1,024 where nobody has changed it
 * @param refused how often there was no room, since the machine's start
 */
record NeighbourTable(String sysctl, long entries, long limit, long refused) {
  /**
   * Those of IPv4 and IPv6.
   *
   * @param proc where procfs is
   * @return without those that are not shown, as in any namespace but the machine's own
   */
  static List<NeighbourTable> all(Path proc) {
    return Stream.of(read(proc, "arp_cache", "ipv4"), read(proc, "ndisc_cache", "ipv6"))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<NeighbourTable> read(Path proc, String name, String family) {
    try {
      List<String> lines = Files.readAllLines(proc.resolve("net/stat").resolve(name));
      List<String> names = List.of(lines.get(0).trim().split(" +"));
      // A line for each processor; the entries are those of all, in each.
      long entries = 0;
      long refused = 0;
      for (String line : lines.subList(1, lines.size())) {
        List<String> values = List.of(line.trim().split(" +"));
        entries = Long.parseLong(values.get(names.indexOf("entries")), 16);
        refused += Long.parseLong(values.get(names.indexOf("table_fulls")), 16);
      }
      Path limit = Path.of("net", family, "neigh/default/gc_thresh3");
      long most = Long.parseLong(Files.readString(proc.resolve("sys").resolve(limit)).trim());
      return Optional.of(
          new NeighbourTable(limit.toString().replace('/', '.'), entries, most, refused));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it has turned somebody away and may do so now. Entries are dropped and made all the
   * time, so a full one is seldom seen without a few places.
   */
  boolean isFull() {
    return refused > 0 && entries >= limit - limit / 10;
  }
}
