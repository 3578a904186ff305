package io.tapmeta.proxy.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every row of the table, in process. */
final class ConformanceTest {
  private InProcessNode node;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    node = new InProcessNode(Records.read(), directory);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @TestFactory
  Stream<DynamicContainer> everyRowOfTheTable() {
    return Table.read(Table.CONTRACT).stream().map(section -> section.tests(node));
  }
}
