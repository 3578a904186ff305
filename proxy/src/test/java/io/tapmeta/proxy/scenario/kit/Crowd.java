package io.tapmeta.proxy.scenario.kit;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * VMs by the hundred, to fill a node: one namespace has an interface for each, behind a routed tap
 * of its own, and all of them have the address of a {@link Guest}.
 */
public final class Crowd implements AutoCloseable {
  private final Namespace namespace = Namespace.make("crowd");
  private final List<RecordFile> records;

  Crowd(ComputeNode node, List<String> taps) {
    records = taps.stream().map(tap -> new RecordFile(node.records(), tap, Run.mac())).toList();
    node.namespace()
        .ip(lines("link add %1$s type veth peer name %2$s address %3$s netns " + namespace.name()));
    node.namespace().ip(lines("link set %1$s up"));
    namespace.ip(lines("link set %2$s up"));
    namespace.ip(lines("address add " + Guest.ADDRESS + "/32 dev %2$s"));
  }

  public List<String> taps() {
    return records.stream().map(RecordFile::tap).toList();
  }

  /** Gives each its record. */
  public void writeRecords() {
    records.forEach(RecordFile::write);
  }

  /** The uuid of each one's record. */
  public List<String> uuids() {
    return records.stream().map(RecordFile::uuid).toList();
  }

  /** Whom the metadata service takes each for: one request of each, one after the other. */
  public List<String> identities() {
    String requests =
        IntStream.range(0, records.size())
            .mapToObj(
                i ->
                    """
                    url = "http://%s%s"
                    interface = "%s"
                    max-time = 20
                    silent
                    show-error
                    fail
                    write-out = "\\n"
                    """
                        .formatted(Guest.METADATA, Guest.META_DATA_JSON, end(i)))
            .collect(Collectors.joining("next\n"));
    return namespace
        .command("curl", "--config", "-")
        .input(requests)
        .within(Duration.ofMinutes(10))
        .run()
        .orFail()
        .lines()
        .map(line -> line.replaceAll(".*\"uuid\": ?\"([^\"]+)\".*", "$1"))
        .toList();
  }

  @Override
  public void close() {
    namespace.close();
  }

  /** The line for each: its tap, its own end of it, its MAC. */
  private String[] lines(String format) {
    return IntStream.range(0, records.size())
        .mapToObj(i -> format.formatted(records.get(i).tap(), end(i), records.get(i).mac()))
        .toArray(String[]::new);
  }

  private static String end(int number) {
    return "eth" + number;
  }
}
