package io.tapmeta.proxy.conformance;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.instance.Port;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The instance records that rows speak of, by name. The guest of each asks through its first port. */
final class Records {
  /** A guest that no record describes. */
  static final String NOBODY = "nobody";

  private static final String SUFFIX = ".json";

  private final Map<String, VmRecord> byName = new TreeMap<>();

  /**
   * One record.
   *
   * @param text as the daemon reads it
   * @param instance what it says
   */
  record VmRecord(String name, String text, Instance instance) {
    /** The one that its guest asks through. */
    Port port() {
      return instance.ports().getFirst();
    }

    /** Whose it is where it does not say so; Nova has none that is nobody's. */
    String project() {
      return instance.projectId().orElse("project");
    }
  }

  private Records() {}

  static Records read() {
    Records records = new Records();
    try (Stream<Path> files = Files.list(Table.directory().resolve("records"))) {
      files.sorted().forEach(records::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  List<VmRecord> all() {
    return List.copyOf(byName.values());
  }

  VmRecord get(String name) {
    VmRecord record = byName.get(name);
    if (record == null) {
      throw new IllegalArgumentException(name + " (expected: one of " + byName.keySet() + ")");
    }
    return record;
  }

  private void add(Path file) {
    try {
      String name = file.getFileName().toString().replace(SUFFIX, "");
      String text = Filler.inRecord(Files.readString(file));
      Faults faults = new Faults(file.toString());
      Instance instance =
          InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)
              .orElseThrow(() -> new IllegalStateException(faults.list().toString()));
      byName.put(name, new VmRecord(name, text, instance));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
