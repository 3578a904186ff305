package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What is behind a path, as text. */
final class Rendered {
  /** Stands in a text for the place of the random seed. */
  static final String SEED = "<seed>";

  private static final RouteTable ROUTES = RouteTable.complete();

  private Rendered() {}

  /** The body; empty where the instance has no such document. */
  static Optional<String> path(String path, Instance instance) {
    return document(path, instance).map(Rendered::text);
  }

  static Optional<Document> document(String path, Instance instance) {
    return ROUTES.find(path).orElseThrow().render(instance, () -> "192.0.2.7");
  }

  static String text(Document document) {
    String body = new String(document.body(), StandardCharsets.UTF_8);
    if (document.seedOffset() == Document.NO_SEED) {
      return body;
    }
    int end = document.seedOffset() + RandomSeed.TEXT_BYTES;
    if (!body.substring(document.seedOffset(), end).isBlank()) {
      throw new AssertionError("no slot at " + document.seedOffset() + ": " + body);
    }
    return body.substring(0, document.seedOffset()) + SEED + body.substring(end);
  }
}
