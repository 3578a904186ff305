package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Finding.broken;
import static io.tapmeta.proxy.doctor.Finding.ok;
import static io.tapmeta.proxy.doctor.Finding.unknown;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import java.util.List;
import java.util.Optional;

/** Judges what is in the host's network namespace: tap, steering, the pair's end. */
final class HostSteps {
  private static final long PAIR_BIT = 1L << 30;
  private static final String NEVER =
      "no frame for 169.254.169.254 so far: the guest has not asked, or its frames do not come by"
          + " this tap";

  private HostSteps() {}

  static Finding tap(Attachment attachment, List<Link> links) {
    String tap = attachment.tap();
    Optional<Link> found = Link.named(tap, links);
    if (found.isEmpty()) {
      return broken(
          Step.TAP, tap + ": no such interface (expected: plugged into this network namespace)");
    }
    Link link = found.get();
    if (!link.up()) {
      return broken(Step.TAP, tap + ": down (expected: up)");
    }
    if (attachment.mode() == Mode.SHARED && link.master().isPresent()) {
      return broken(
          Step.TAP,
          "%s: a port of %s (expected: in mode shared a routed tap)"
              .formatted(tap, link.master().get()));
    }
    String index = Long.toString(link.index());
    Optional<String> wired =
        attachment.mode() == Mode.NETNS
            ? Link.wiredFor(tap, links).flatMap(Link::wired).map(Link.Wired::tapIndex)
            : Optional.empty();
    if (wired.isPresent() && !wired.get().equals(index)) {
      return broken(
          Step.TAP,
          "%s: index %s, plugged anew since it was wired with index %s (expected: tapmeta-attach %s"
                  .formatted(tap, index, wired.get(), tap)
              + " again)");
    }
    if (!link.carrier()) {
      return unknown(Step.TAP, tap + " up, but nobody is at its other end: the VM does not run");
    }
    return ok(
        Step.TAP,
        tap
            + " up, index "
            + index
            + link.master().map(bridge -> ", port of " + bridge).orElse(""));
  }

  /**
   * @param rules empty where the table is not there
   */
  static Finding steering(Attachment attachment, Optional<Ruleset> rules, List<Link> links) {
    String tap = attachment.tap();
    Optional<String> hostEnd = Link.wiredFor(tap, links).map(Link::name);
    if (rules.isEmpty()) {
      return broken(Step.STEERING, "no table netdev tapmeta" + repaired(tap));
    }
    Ruleset table = rules.get();
    String from = "from_" + tap;
    String to = "to_" + tap;
    // The chain at a pair's end goes with it; that is for the next steps to say.
    for (String chain : hostEnd.isPresent() ? List.of(from, to) : List.of(from)) {
      if (!table.hooked().contains(chain) || table.in(chain).isEmpty()) {
        return broken(
            Step.STEERING,
            "no rules in chain %s of table netdev tapmeta".formatted(chain) + repaired(tap));
      }
    }
    List<String> targets =
        table.in(from).stream().flatMap(rule -> rule.forwardsTo().stream()).distinct().toList();
    if (targets.equals(List.of(Ruleset.ASKED))) {
      targets = opposite(tap, links);
    }
    if (hostEnd.isPresent() && !targets.equals(List.of(hostEnd.get()))) {
      return broken(
          Step.STEERING,
          "%s leads to %s, not to %s".formatted(from, targets, hostEnd.get()) + repaired(tap));
    }
    long asked = table.forwarded(from);
    if (asked == 0) {
      return unknown(Step.STEERING, NEVER);
    }
    long dropped = table.dropped(from);
    return ok(
        Step.STEERING,
        "%s from the guest, %d back".formatted(frames(asked), table.forwarded(to))
            + (dropped == 0 ? "" : ", %d dropped: too many source addresses".formatted(dropped)));
  }

  /** The interface whose index is the tap's but for the bit by which the rules tell a pair. */
  private static List<String> opposite(String tap, List<Link> links) {
    return links.stream()
        .filter(link -> link.name().equals(tap))
        .map(link -> link.index() ^ PAIR_BIT)
        .flatMap(index -> links.stream().filter(link -> link.index() == index))
        .map(Link::name)
        .toList();
  }

  /** The sets of mode shared, of its two tables. */
  static Finding sharing(Attachment attachment, Optional<Ruleset> arp, Optional<Ruleset> inet) {
    String tap = attachment.tap();
    if (arp.filter(table -> table.has("taps", tap)).isEmpty()) {
      return broken(
          Step.STEERING, tap + ": not among the taps of table arp tapmeta" + repaired(tap));
    }
    for (String set : List.of("taps", "zones")) {
      if (inet.filter(table -> table.has(set, tap)).isEmpty()) {
        return broken(
            Step.STEERING,
            "%s: not among the %s of table inet tapmeta".formatted(tap, set) + repaired(tap));
      }
    }
    return ok(Step.STEERING, tap + " marked, with a zone of its own");
  }

  /**
   * @param netnsThere the attachment's namespace can be entered
   */
  static Finding veth(Attachment attachment, List<Link> links, boolean netnsThere) {
    String tap = attachment.tap();
    Optional<Link> hostEnd = Link.wiredFor(tap, links);
    if (hostEnd.isEmpty()) {
      return netnsThere
          ? broken(Step.VETH, "no veth for " + tap + repaired(tap))
          : unknown(Step.VETH, "no veth for " + tap + ", as its namespace is gone");
    }
    Link link = hostEnd.get();
    if (!link.up()) {
      return broken(Step.VETH, link.name() + ": down" + repaired(tap));
    }
    String netns = link.wired().map(Link.Wired::netns).orElse("");
    if (!attachment.netns().equals(Optional.of(netns))) {
      return broken(
          Step.VETH,
          "%s: made for namespace %s, not %s"
                  .formatted(link.name(), netns, attachment.netns().orElse(""))
              + repaired(tap));
    }
    return ok(Step.VETH, link.name() + " up");
  }

  /** What to do about wiring that is not whole. */
  static String repaired(String tap) {
    return " (expected: as tapmeta-attach " + tap + " makes it; again, it repairs this)";
  }

  private static String frames(long count) {
    return count == 1 ? "1 frame" : count + " frames";
  }
}
