package io.tapmeta.proxy.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's table of IPv4 neighbours, one for all namespaces of a machine. Whoever it has no room
 * for is not answered: to them a SYN is lost.
 *
 * @param entries there are
 * @param limit of {@code net.ipv4.neigh.default.gc_thresh3}; 1,024 where nobody has changed it
 * @param refused how often there was no room, since the machine's start
 */
record NeighbourTable(long entries, long limit, long refused) {
  /**
   * @param proc where procfs is
   * @return empty where it is not shown, as in any namespace but the machine's own
   */
  static Optional<NeighbourTable> read(Path proc) {
    try {
      List<String> lines = Files.readAllLines(proc.resolve("net/stat/arp_cache"));
      List<String> names = List.of(lines.getFirst().trim().split(" +"));
      // A line for each processor; the entries are those of all, in each.
      long entries = 0;
      long refused = 0;
      for (String line : lines.subList(1, lines.size())) {
        List<String> values = List.of(line.trim().split(" +"));
        entries = Long.parseLong(values.get(names.indexOf("entries")), 16);
        refused += Long.parseLong(values.get(names.indexOf("table_fulls")), 16);
      }
      String limit = Files.readString(proc.resolve("sys/net/ipv4/neigh/default/gc_thresh3"));
      return Optional.of(new NeighbourTable(entries, Long.parseLong(limit.trim()), refused));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Some entries come and go by the second, so that it is hardly ever seen with the last one. */
  boolean isFull() {
    return entries >= limit - limit / 10;
  }
}
