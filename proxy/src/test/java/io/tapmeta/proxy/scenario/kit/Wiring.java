package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is in a node at one moment, of all that wiring could make there; two can be compared.
 *
 * @param files in the attachments directory, hidden ones too
 * @param namespaces of this run, in the node or not
 */
public record Wiring(
    List<String> links,
    String tables,
    String rules,
    String routes,
    List<String> files,
    List<String> namespaces) {

  static Wiring in(ComputeNode node) {
    Namespace namespace = node.namespace();
    return new Wiring(
        said(namespace, "ip", "-o", "link")
            .lines()
            .map(line -> line.split("[ :@]+", 4)[1])
            .sorted()
            .toList(),
        // Without what traffic changes: counters, and elements of sets.
        said(namespace, "nft", "--stateless", "--terse", "list", "ruleset"),
        said(namespace, "ip", "rule"),
        said(namespace, "ip", "-4", "route", "show", "table", "all"),
        files(node.attachments()),
        Leftovers.namespaces());
  }

  /** The host ends of veths into attachments' namespaces; each goes when its namespace is really gone. */
  public List<String> hostEnds() {
    return links.stream().filter(link -> link.startsWith("tm-")).toList();
  }

  private static String said(Namespace namespace, String... words) {
    return namespace.command(words).run().orFail();
  }

  private static List<String> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
