package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.text.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A port of a record that the daemon knows. */
record KnownPort(
    String uuid,
    String origin,
    boolean identityOnly,
    Optional<String> tap,
    String mac,
    Optional<String> networkId) {
  /** What the daemon's page of instances has. */
  static List<KnownPort> all(JsonValue page) {
    List<KnownPort> ports = new ArrayList<>();
    for (JsonValue record : Json.items(page)) {
      for (JsonValue port : Json.items(record, "ports")) {
        ports.add(
            new KnownPort(
                Json.text(record, "uuid").orElse(""),
                Json.text(record, "origin").orElse(""),
                Json.isTrue(record, "identity_only"),
                Json.text(port, "tap"),
                Json.text(port, "mac").orElse(""),
                Json.text(port, "network_id")));
      }
    }
    return ports;
  }

  /** True where a guest with this port's MAC is found through the attachment. */
  boolean isBehind(Attachment attachment) {
    boolean adopted = attachment.mode() == Mode.ADOPT;
    if (tap.isPresent() && !adopted) {
      return tap.get().equals(attachment.tap());
    }
    if (networkId.isPresent()) {
      return networkId.equals(attachment.networkId());
    }
    return tap.isEmpty()
        && attachment.macs().stream().anyMatch(pinned -> pinned.toString().equals(mac));
  }
}
