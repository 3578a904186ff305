package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Finding.broken;
import static io.tapmeta.proxy.doctor.Finding.ok;
import static io.tapmeta.proxy.doctor.Finding.unknown;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.text.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Judges who the guest is: as the kernel knows it, and as the records do. */
final class GuestSteps {
  /** More are only counted. */
  private static final int SHOWN = 3;

  private GuestSteps() {}

  /**
   * @param seen on the attachment's interface
   * @param ports of all records; empty where nobody could be asked for them
   * @param tables where the kernel keeps them
   */
  static Finding neighbour(
      Attachment attachment,
      List<Neighbour> seen,
      Optional<List<KnownPort>> ports,
      List<NeighbourTable> tables) {
    Map<String, String> guests = guests(seen);
    Optional<NeighbourTable> full = tables.stream().filter(NeighbourTable::isFull).findFirst();
    if (guests.isEmpty() && full.isPresent()) {
      return broken(
          Step.NEIGHBOUR,
          "nobody seen on %s, and the kernel's table is full: %d of %d entries, no room %d times"
                  .formatted(
                      attachment.interfaceName(),
                      full.get().entries(),
                      full.get().limit(),
                      full.get().refused())
              + " (expected: a higher %s)".formatted(full.get().sysctl()));
    }
    if (guests.isEmpty()) {
      return unknown(
          Step.NEIGHBOUR,
          seen.isEmpty()
              ? "nobody seen on " + attachment.interfaceName()
              : seen.getFirst().address() + " does not say its MAC");
    }
    if (!attachment.macs().isEmpty()
        && guests.keySet().stream().noneMatch(mac -> admits(attachment, mac))) {
      return broken(
          Step.NEIGHBOUR,
          "%s (expected: %s, to which the attachment is pinned)"
              .formatted(
                  shown(guests),
                  attachment.macs().stream()
                      .map(MacAddress::toString)
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    List<KnownPort> known = behind(attachment, ports.orElse(List.of()));
    boolean one = attachment.mode() != Mode.ADOPT;
    if (one
        && !known.isEmpty()
        && known.stream().noneMatch(port -> guests.containsKey(port.mac()))) {
      return broken(
          Step.NEIGHBOUR,
          "%s (expected: %s, the MAC in %s)"
              .formatted(shown(guests), known.getFirst().mac(), known.getFirst().origin()));
    }
    return ok(Step.NEIGHBOUR, shown(guests));
  }

  /** Which record is whose. */
  static Finding record(
      Attachment attachment,
      List<Neighbour> seen,
      List<KnownPort> ports,
      List<String> faults,
      Places places) {
    Map<String, String> guests = guests(seen);
    List<KnownPort> known = behind(attachment, ports);
    Map<String, List<KnownPort>> byMac =
        known.stream()
            .collect(Collectors.groupingBy(KnownPort::mac, TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<KnownPort>> claim : byMac.entrySet()) {
      if (claim.getValue().size() > 1) {
        return broken(
            Step.RECORD,
            "%s claimed by %s (expected: one record)"
                .formatted(
                    claim.getKey(),
                    claim.getValue().stream()
                        .map(KnownPort::origin)
                        .collect(Collectors.joining(" and "))));
      }
    }
    List<String> strangers =
        guests.keySet().stream().filter(mac -> !byMac.containsKey(mac)).toList();
    if (known.isEmpty() || !guests.isEmpty() && strangers.size() == guests.size()) {
      return broken(
          Step.RECORD,
          "no record for %s%s%s (expected: one in %s)"
              .formatted(
                  place(attachment),
                  guests.isEmpty() ? "" : " and " + String.join(", ", strangers),
                  faults.isEmpty() ? "" : "; refused: " + faults.getFirst(),
                  places.records()));
    }
    List<KnownPort> mine =
        guests.isEmpty()
            ? known
            : known.stream().filter(port -> guests.containsKey(port.mac())).toList();
    Optional<KnownPort> bare = mine.stream().filter(KnownPort::identityOnly).findFirst();
    if (bare.isPresent() && !places.upstream()) {
      return broken(
          Step.RECORD,
          bare.get().origin() + " has identity only (expected: documents, or an upstream)");
    }
    String said =
        mine.size() == 1
            ? mine.getFirst().uuid() + " in " + mine.getFirst().origin()
            : mine.size() + " ports have records";
    String only = bare.isPresent() ? "; identity only, documents are the upstream's" : "";
    return strangers.isEmpty()
        ? ok(Step.RECORD, said + only)
        : unknown(Step.RECORD, said + only + "; none for " + String.join(", ", strangers));
  }

  /**
   * What became of those that came here.
   *
   * @param entry the daemon's, of the attachment; empty where it could not be had
   */
  static Finding requests(Optional<JsonValue> entry) {
    Optional<String> outcome = entry.flatMap(each -> Json.text(each, "last", "outcome"));
    if (outcome.isEmpty()) {
      return unknown(Step.REQUESTS, "none since the daemon began to listen here");
    }
    JsonValue known = entry.get();
    long answered = Json.number(known, "answered");
    String said =
        "the last %d s ago: %s; %d answered, %d refused"
            .formatted(
                Json.number(known, "last", "seconds_ago"),
                Json.text(known, "last", "status")
                    .map(status -> status + " (" + outcome.get() + ")")
                    .orElse(outcome.get()),
                answered,
                Json.number(known, "refused"));
    return answered > 0 ? ok(Step.REQUESTS, said) : unknown(Step.REQUESTS, said);
  }

  private static List<KnownPort> behind(Attachment attachment, List<KnownPort> ports) {
    return ports.stream().filter(port -> port.isBehind(attachment)).toList();
  }

  /** The addresses of each MAC. */
  private static Map<String, String> guests(List<Neighbour> seen) {
    return seen.stream()
        .filter(neighbour -> neighbour.mac().isPresent())
        .collect(
            Collectors.toMap(
                neighbour -> neighbour.mac().get(),
                Neighbour::address,
                (one, other) -> one + ", " + other,
                TreeMap::new));
  }

  private static boolean admits(Attachment attachment, String mac) {
    return attachment.macs().stream().anyMatch(pinned -> pinned.toString().equals(mac));
  }

  private static String place(Attachment attachment) {
    return attachment.mode() == Mode.ADOPT
        ? "network " + attachment.networkId().orElse("none")
        : attachment.tap();
  }

  private static String shown(Map<String, String> guests) {
    return guests.entrySet().stream()
            .limit(SHOWN)
            .map(guest -> guest.getKey() + " at " + guest.getValue())
            .collect(Collectors.joining("; "))
        + (guests.size() > SHOWN ? " and %d more".formatted(guests.size() - SHOWN) : "");
  }
}
