package io.tapmeta.proxy.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.resolver.text.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeVendorDataTest {
  @TempDir Path directory;
  private Path file;
  private final AtomicInteger changes = new AtomicInteger();

  @BeforeEach
  void name() {
    file = directory.resolve("vendor.json");
  }

  @Test
  void noFileIsWantedAndNoneIsMissed() throws IOException {
    try (NodeVendorData node = new NodeVendorData(Optional.empty(), changes::incrementAndGet)) {
      node.start();
      assertThat(node.get()).isEmpty();
      assertThat(node.isGood()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": 1}", "[1, 2]", "\"#cloud-config\"", "7", "true"})
  void anyRootIsTaken(String text) throws IOException {
    write(text);
    try (NodeVendorData node = node()) {
      assertThat(node.get()).isEqualTo(VendorRecords.json(text));
      assertThat(node.isGood()).isTrue();
    }
  }

  @Test
  void nullIsNoDocument() throws IOException {
    write("null");
    try (NodeVendorData node = node()) {
      assertThat(node.get()).isEmpty();
      assertThat(node.isGood()).isTrue();
    }
  }

  @Test
  void aChangeIsInForceAndTold() throws IOException {
    write("1");
    try (NodeVendorData node = node()) {
      assertThat(changes).hasValue(1);
      node.refresh();
      assertThat(changes).hasValue(1);
      write("2");
      node.refresh();
      assertThat(node.get()).isEqualTo(VendorRecords.json("2"));
      assertThat(changes).hasValue(2);
    }
  }

  @Test
  void theFileIsFollowed() throws IOException {
    write("1");
    try (NodeVendorData node = new NodeVendorData(Optional.of(file), changes::incrementAndGet)) {
      node.start();
      assertThat(node.get()).isEqualTo(VendorRecords.json("1"));
      write("2");
      await().until(() -> node.get().equals(VendorRecords.json("2")));
      Files.writeString(file, "[3]");
      await().until(() -> node.get().equals(VendorRecords.json("[3]")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "- a", "{\"a\": 1, \"a\": 2}"})
  void theLastGoodOneStays(String broken) throws IOException {
    write("[1]");
    try (NodeVendorData node = node()) {
      write(broken);
      node.refresh();
      assertThat(node.get()).isEqualTo(VendorRecords.json("[1]"));
      assertThat(node.isGood()).isFalse();
      Files.delete(file);
      node.refresh();
      assertThat(node.get()).isEqualTo(VendorRecords.json("[1]"));
      assertThat(node.isGood()).isFalse();
      write("[2]");
      node.refresh();
      assertThat(node.get()).isEqualTo(VendorRecords.json("[2]"));
      assertThat(node.isGood()).isTrue();
    }
  }

  @Test
  void aFileThatIsMissingAtTheStartIsNoneUntilItComes() throws IOException {
    try (NodeVendorData node = node()) {
      assertThat(node.get()).isEmpty();
      assertThat(node.isGood()).isFalse();
      write("[1]");
      node.refresh();
      assertThat(node.get()).isEqualTo(VendorRecords.json("[1]"));
      assertThat(node.isGood()).isTrue();
    }
  }

  @Test
  void soIsOneWhoseDirectoryIsMissing() throws IOException {
    file = directory.resolve("later/vendor.json");
    try (NodeVendorData node = node()) {
      assertThat(node.isGood()).isFalse();
      Files.createDirectory(file.getParent());
      write("[1]");
      node.refresh();
      assertThat(node.get()).isEqualTo(VendorRecords.json("[1]"));
      assertThat(node.isGood()).isTrue();
    }
  }

  @Test
  void faultsAreNamedWithFileAndLine() throws IOException {
    write("{\n  \"a\": 1,\n  oops\n}");
    assertThat(NodeVendorData.faults(file))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.file()).isEqualTo(file.toString());
              assertThat(fault.line()).isEqualTo(3);
            });
  }

  @Test
  void aMissingFileIsAFault() {
    assertThat(NodeVendorData.faults(file))
        .singleElement()
        .extracting(Fault::toString)
        .asString()
        .startsWith(file + ": unreadable")
        .endsWith("(expected: a file of JSON)");
  }

  @Test
  void aFileTooLargeIsAFault() throws IOException {
    write("\"" + "x".repeat(256 * 1024) + "\"");
    assertThat(NodeVendorData.faults(file))
        .singleElement()
        .extracting(Fault::what)
        .isEqualTo("262146 bytes (expected: at most 262144)");
  }

  @Test
  void aGoodFileHasNoFaults() throws IOException {
    write("{\"a\": 1}");
    assertThat(NodeVendorData.faults(file)).isEmpty();
  }

  private NodeVendorData node() throws IOException {
    NodeVendorData node = new NodeVendorData(Optional.of(file), changes::incrementAndGet);
    node.refresh();
    return node;
  }

  private void write(String text) throws IOException {
    Path aside = directory.resolve(".aside");
    Files.writeString(aside, text);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
