package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.text.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What the programs of a real node have printed, of one attachment in each mode. */
final class Captured {
  static final String TAP = "tap0d1fa6a8-94";
  static final String SHARED_TAP = "tap7b2d3a52-61";
  static final String HOST_END = "tm-2n3t3mqhk7";
  static final String NETNS = "tapmeta-" + TAP;
  static final String MAC = "fa:16:3e:5a:01:37";
  static final String NETWORK = "7b2d";

  static final Attachment OWN =
      new Attachment(TAP, TAP, Mode.NETNS, Optional.of(NETNS), "md0", Optional.empty(), Set.of());
  static final Attachment SHARED =
      new Attachment(
          SHARED_TAP,
          SHARED_TAP,
          Mode.SHARED,
          Optional.empty(),
          SHARED_TAP,
          Optional.empty(),
          Set.of());
  static final Attachment ADOPTED =
      new Attachment(
          "net1", "net1", Mode.ADOPT, Optional.of("sdn"), "qd0", Optional.of(NETWORK), Set.of());

  static final Places PLACES =
      new Places(
          Path.of("/attachments"),
          Path.of("/instances"),
          Path.of("/admin.sock"),
          9697,
          true,
          false);

  private Captured() {}

  static Attachment pinned(String mac) {
    return new Attachment(
        TAP,
        TAP,
        Mode.NETNS,
        Optional.of(NETNS),
        "md0",
        Optional.empty(),
        Set.of(MacAddress.parse(mac)));
  }

  static String text(String file) {
    try (InputStream stream =
        Objects.requireNonNull(Captured.class.getResourceAsStream("/doctor/" + file), file)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonValue json(String text) {
    try {
      return new Said("test", 0, text, "").json();
    } catch (Unseen e) {
      throw new AssertionError(e);
    }
  }

  /** Interfaces, with one thing changed in what was printed; nothing where both are empty. */
  static List<Link> links(String file, String what, String by) {
    return Link.all(json(changed(text(file), what, by)));
  }

  static Ruleset rules(String file, String what, String by) {
    return Ruleset.of(json(changed(text(file), what, by)));
  }

  static KnownPort port(String origin, String mac) {
    return new KnownPort("uuid-" + origin, origin, false, Optional.of(TAP), mac, Optional.empty());
  }

  private static String changed(String text, String what, String by) {
    if (!text.contains(what)) {
      throw new AssertionError(what + ": not in " + text);
    }
    return text.replace(what, by);
  }
}
