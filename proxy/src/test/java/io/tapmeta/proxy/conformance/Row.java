package io.tapmeta.proxy.conformance;

import java.util.Optional;

/**
 * One request of one guest, and what it has to get.
 *
 * @param see where the contract says so
 * @param line of its file
 */
record Row(String see, Optional<String> what, String record, Ask ask, Expected expected, int line) {
  String name() {
    String outcome =
        expected
            .like()
            .map(path -> "as " + path)
            .orElseGet(() -> Integer.toString(expected.status()));
    return "%s: %s by %s, %s%s"
        .formatted(see, ask, record, outcome, what.map(words -> " (" + words + ")").orElse(""));
  }

  void check(Node node) {
    expected.check(ask, request -> node.answer(record, request));
  }
}
