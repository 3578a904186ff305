package io.tapmeta.proxy.conformance;

import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Every row of the table, asked by real guests of the packaged application. */
@Scenario
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class ConformanceIT {
  private RealNode node;

  @BeforeAll
  void start() {
    node = new RealNode(Records.read().all());
  }

  @AfterAll
  void close() {
    node.close();
  }

  @TestFactory
  Stream<DynamicContainer> everyRowOfTheTable() {
    return Table.read(Table.CONTRACT).stream().map(section -> section.tests(node));
  }
}
