package io.tapmeta.proxy.conformance;

import io.tapmeta.resolver.text.Fields;
import java.util.List;
import java.util.Map;

/** The versions of each tree, oldest first. */
record Versions(Map<String, List<String>> byTree) {
  static Versions of(Fields fields) {
    return new Versions(
        Map.of("openstack", fields.strings("openstack"), "ec2", fields.strings("ec2")));
  }

  /**
   * Some of them.
   *
   * @param which a tree, or a tree {@code from} a version, {@code before} one, or both
   */
  List<String> select(String which) {
    String[] words = which.split(" ", -1);
    List<String> all = byTree.get(words[0]);
    if (all == null || words.length % 2 == 0) {
      throw new IllegalArgumentException(which);
    }
    List<String> selected = all;
    for (int i = 1; i < words.length; i += 2) {
      int at = selected.indexOf(words[i + 1]);
      if (at < 0) {
        throw new IllegalArgumentException(which);
      }
      selected =
          switch (words[i]) {
            case "from" -> selected.subList(at, selected.size());
            case "before" -> selected.subList(0, at);
            default -> throw new IllegalArgumentException(which);
          };
    }
    return selected;
  }
}
