package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Finding.broken;
import static io.tapmeta.proxy.doctor.Finding.ok;
import static io.tapmeta.proxy.doctor.Finding.unknown;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.text.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges the way from port 80 to the daemon, and the daemon. */
final class ListenSteps {
  private ListenSteps() {}

  /**
   * @param all the translations for the attachment's interface
   * @param ipv6 there is an IPv6 address to be translated
   * @param common counted for all attachments of the table together
   */
  static Finding translation(
      Attachment attachment, List<Translation> all, boolean ipv6, int port, boolean common) {
    Optional<Translation> four = Translation.first(false, all);
    Optional<Translation> six = Translation.first(true, all);
    String again =
        " (expected: as tapmeta-attach %s makes it; again, it repairs this)"
            .formatted(attachment.name());
    for (boolean v6 : ipv6 ? new boolean[] {false, true} : new boolean[] {false}) {
      String address = v6 ? NamespaceSteps.ADDRESS6 : NamespaceSteps.ADDRESS;
      Optional<Translation> found = v6 ? six : four;
      String wanted = Translation.target(address, Integer.toString(port));
      if (found.isEmpty()) {
        return broken(
            Step.TRANSLATION,
            "no DNAT of %s:80".formatted(v6 ? "[" + address + "]" : address) + again);
      }
      if (!found.get().target().equals(wanted)) {
        return broken(
            Step.TRANSLATION,
            "DNAT to %s (expected: %s, where the daemon's guest.port is)"
                .formatted(found.get().target(), wanted));
      }
    }
    long connections = four.map(Translation::connections).orElse(0L);
    long connections6 = ipv6 ? six.map(Translation::connections).orElse(0L) : 0;
    String whose = common ? " of all that share it" : "";
    if (connections + connections6 == 0) {
      return unknown(Step.TRANSLATION, "to port %d, no connection so far".formatted(port));
    }
    return ok(
        Step.TRANSLATION,
        "to port %d, %s%s".formatted(port, counted(connections + connections6), whose)
            + (connections6 == 0 ? "" : ", %d of them IPv6".formatted(connections6)));
  }

  /**
   * @param printed by {@code ss -Hltn}, of all that listens on the port there
   * @param daemon whether the daemon says that it listens; where it does not, the next step says why
   */
  static Finding socket(
      Attachment attachment, String printed, boolean ipv6, int port, boolean daemon) {
    List<String> sockets =
        printed
            .lines()
            .map(line -> line.strip().split("\\s+", -1))
            .filter(words -> words.length > 3)
            .map(words -> words[3])
            .toList();
    List<String> wanted = new ArrayList<>();
    wanted.add(NamespaceSteps.ADDRESS + "%" + attachment.interfaceName() + ":" + port);
    if (ipv6) {
      wanted.add("[" + NamespaceSteps.ADDRESS6 + "]%" + attachment.interfaceName() + ":" + port);
    }
    Optional<String> missing = wanted.stream().filter(each -> !sockets.contains(each)).findFirst();
    if (missing.isEmpty()) {
      return ok(Step.SOCKET, String.join(" and ", wanted));
    }
    String seen = "nobody listens on " + missing.get();
    if (!daemon) {
      return unknown(Step.SOCKET, seen);
    }
    return broken(Step.SOCKET, seen + " (expected: the daemon, which says that it does)");
  }

  /** Whether the daemon says that it listens for the attachment. */
  static boolean listens(DaemonView daemon, Attachment attachment) {
    try {
      return daemon.attachment(attachment.name()).filter(ListenSteps::isListening).isPresent();
    } catch (Unseen _) {
      return false;
    }
  }

  static Finding daemon(DaemonView daemon, Attachment attachment, Places places) throws Unseen {
    Optional<String> unreachable = daemon.unreachable();
    if (unreachable.isPresent()) {
      return broken(
          Step.DAEMON,
          "no daemon answers at %s: %s (expected: tapmeta run)"
              .formatted(places.adminSocket(), unreachable.get()));
    }
    Optional<JsonValue> known = daemon.attachment(attachment.name());
    if (known.isEmpty()) {
      return broken(
          Step.DAEMON,
          "the daemon does not know %s (expected: its attachments.directory is %s)"
              .formatted(attachment.name(), places.attachments()));
    }
    if (!isListening(known.get())) {
      return broken(
          Step.DAEMON,
          "%s: %s"
              .formatted(
                  Json.text(known.get(), "state").orElse("in no state"),
                  Json.text(known.get(), "why").orElse("")));
    }
    if (!daemon.isHealthy()) {
      return broken(Step.DAEMON, "an event loop stands still (expected: /healthz with 200)");
    }
    return ok(Step.DAEMON, "listening");
  }

  private static boolean isListening(JsonValue attachment) {
    return Json.text(attachment, "state").equals(Optional.of("listening"));
  }

  private static String counted(long connections) {
    return connections == 1 ? "1 connection" : connections + " connections";
  }
}
