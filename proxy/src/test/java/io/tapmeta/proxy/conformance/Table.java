package io.tapmeta.proxy.conformance;

import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.TextReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/** Rows, from the YAML files of one directory below {@code conformance}: one a section. */
final class Table {
  /** Every row of the contract. */
  static final String CONTRACT = "table";

  /** What some clients ask, in their order. */
  static final String CLIENTS = "clients";

  /**
   * One file.
   *
   * @param kept true where a guest asks all of it on one connection
   */
  record Section(Path file, boolean kept, List<Row> rows) {
    /** One test a row, in the order of the file. */
    DynamicContainer tests(Node node) {
      return DynamicContainer.dynamicContainer(
          file.getFileName().toString(),
          file.toUri(),
          rows.stream()
              .map(row -> DynamicTest.dynamicTest(row.name(), at(row), () -> row.check(node))));
    }

    private URI at(Row row) {
      return URI.create(file.toUri() + "?line=" + row.line());
    }
  }

  private Table() {}

  /** Where the data is. */
  static Path directory() {
    try {
      return Path.of(Objects.requireNonNull(Table.class.getResource("/conformance")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Section> read(String name) {
    Versions versions =
        read(directory().resolve("versions.yaml"), fields -> Optional.of(Versions.of(fields)));
    try (Stream<Path> files = Files.list(directory().resolve(name))) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(file -> read(file, fields -> Optional.of(section(file, fields, versions))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Section section(Path file, Fields fields, Versions versions) {
    fields.requiredString("about", "what the rows are about");
    fields.string("nova");
    Optional<String> record = fields.requiredString("record", "the name of a record");
    List<List<Row>> rows =
        fields.objects("rows", row -> new RowReader(row, record.orElse(""), versions).rows());
    return new Section(
        file, fields.bool("kept").orElse(false), rows.stream().flatMap(List::stream).toList());
  }

  private static <T> T read(Path file, Function<Fields, Optional<T>> reader) {
    Faults faults = new Faults(file.toString());
    Optional<T> value =
        TextReader.read(bytes(file), faults)
            .flatMap(text -> Fields.of(text, "", faults))
            .flatMap(
                fields -> {
                  Optional<T> made = reader.apply(fields);
                  fields.finish();
                  return made;
                });
    if (value.isEmpty() || !faults.isEmpty()) {
      throw new IllegalStateException(faults.list().toString());
    }
    return value.get();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
