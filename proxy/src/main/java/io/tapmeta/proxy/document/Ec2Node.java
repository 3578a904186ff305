package io.tapmeta.proxy.document;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A node of the EC2 tree: a leaf with its bytes, or a directory. */
sealed interface Ec2Node {
  /** A value; where it was made of the requester's address it is for that one alone. */
  record Leaf(byte[] bytes, boolean reusable) implements Ec2Node {}

  /**
   * A directory.
   *
   * @param title what the listing above shows instead of the name and a slash; empty: nothing
   * @param children by name, in the order of their bytes
   */
  record Directory(String title, SortedMap<String, Ec2Node> children) implements Ec2Node {
    static Directory empty() {
      return titled("");
    }

    static Directory titled(String title) {
      return new Directory(title, new TreeMap<>());
    }

    Directory leaf(String name, String value) {
      return node(name, new Leaf(value.getBytes(StandardCharsets.UTF_8), true));
    }

    Directory leaf(String name, Optional<String> value) {
      value.ifPresent(text -> leaf(name, text));
      return this;
    }

    Directory leaves(Map<String, String> values) {
      values.forEach(this::leaf);
      return this;
    }

    Directory node(String name, Ec2Node node) {
      children.put(name, node);
      return this;
    }

    /** One name a line, directories marked by a slash, no final line feed. */
    String listing() {
      StringBuilder lines = new StringBuilder();
      children.forEach(
          (name, node) -> {
            lines.append(lines.isEmpty() ? "" : "\n");
            if (node instanceof Directory directory) {
              lines.append(directory.title().isEmpty() ? name + "/" : directory.title());
            } else {
              lines.append(name);
            }
          });
      return lines.toString();
    }
  }

  /** The node at {@code path} below this one; empty where there is none. */
  default Optional<Ec2Node> find(String path) {
    Ec2Node node = this;
    for (String name : path.split("/", -1)) {
      if (name.isEmpty()) {
        continue;
      }
      if (node instanceof Directory(String title, var children)) {
        // Nova keeps a directory's title among its children, where guests can read it.
        if (name.equals("_name") && !title.isEmpty()) {
          node = new Leaf(title.getBytes(StandardCharsets.UTF_8), true);
          continue;
        }
        Ec2Node child = children.get(name);
        if (child != null) {
          node = child;
          continue;
        }
      }
      return Optional.empty();
    }
    return Optional.of(node);
  }

  default Document document() {
    return switch (this) {
      case Leaf(byte[] bytes, boolean reusable) -> {
        Document document = Document.text(bytes);
        yield reusable ? document : document.forOne();
      }
      case Directory directory -> Document.text(directory.listing());
    };
  }
}
