package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who the kernel knows on an interface.
 *
 * @param mac empty where it did not answer when it was asked for
 */
record Neighbour(String address, Optional<String> mac) {
  /** What {@code ip -j neigh} has printed. */
  static List<Neighbour> all(JsonValue printed) {
    return Json.items(printed).stream()
        .filter(item -> Json.text(item, "dst").isPresent())
        // What the kernel knows without asking is groups.
        .filter(item -> !Json.texts(item, "state").contains("NOARP"))
        .map(
            item ->
                new Neighbour(
                    Json.text(item, "dst").orElseThrow(),
                    Json.text(item, "lladdr").map(mac -> mac.toLowerCase(Locale.ROOT))))
        .toList();
  }
}
