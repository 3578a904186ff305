package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Finding.broken;
import static io.tapmeta.proxy.doctor.Finding.ok;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.text.JsonValue;
import java.util.List;
import java.util.Optional;

/** Judges the namespace that the listener is in, and its interface. */
final class NamespaceSteps {
  static final String ADDRESS = "169.254.169.254";
  static final String ADDRESS6 = "fe80::a9fe:a9fe";

  private NamespaceSteps() {}

  /**
   * @param there its name is there
   * @param said of {@code ip} inside
   */
  static Finding namespace(Attachment attachment, boolean there, Said said) {
    String name = attachment.netns().orElse("");
    if (!there) {
      return broken(Step.NAMESPACE, name + ": no such network namespace" + whatToDo(attachment));
    }
    if (!said.good()) {
      return broken(
          Step.NAMESPACE,
          said.err().contains("Invalid argument")
              ? name + ": a stale file, no network namespace" + whatToDo(attachment)
              : name + ": " + said.complaint());
    }
    return ok(Step.NAMESPACE, name);
  }

  /**
   * @param links of that namespace, with their addresses
   * @param rules what {@code ip -j rule} has printed there
   */
  static Finding addresses(Attachment attachment, List<Link> links, JsonValue rules) {
    String device = attachment.interfaceName();
    Optional<Link> found = Link.named(device, links);
    if (found.isEmpty()) {
      return broken(
          Step.ADDRESSES,
          "%s: not in namespace %s".formatted(device, attachment.netns().orElse(""))
              + whatToDo(attachment));
    }
    Link link = found.get();
    if (!link.up()) {
      return broken(Step.ADDRESSES, device + ": down" + whatToDo(attachment));
    }
    boolean adopted = attachment.mode() == Mode.ADOPT;
    boolean own = link.addresses().contains(ADDRESS);
    boolean elsewhere = links.stream().anyMatch(each -> each.addresses().contains(ADDRESS));
    if (!(own || adopted && (elsewhere || isRouted(device, rules)))) {
      return broken(
          Step.ADDRESSES, "no address " + ADDRESS + " on " + device + whatToDo(attachment));
    }
    return ok(
        Step.ADDRESSES,
        (own ? ADDRESS : ADDRESS + " by a route")
            + (hasIpv6(attachment, links) ? " and " + ADDRESS6 : "")
            + " on "
            + device
            + (hasIpv6(attachment, links) ? "" : "; no IPv6"));
  }

  /** True where the interface has the IPv6 address too. */
  static boolean hasIpv6(Attachment attachment, List<Link> links) {
    return Link.named(attachment.interfaceName(), links)
        .filter(link -> link.addresses().contains(ADDRESS6))
        .isPresent();
  }

  /**
   * Mode shared has no address: a rule and a route lead what is marked to this node.
   *
   * @param rules what {@code ip -j rule} has printed
   * @param routes what {@code ip -j route} has printed of that rule's table
   */
  static Finding route(Attachment attachment, JsonValue rules, JsonValue routes) {
    boolean ruled =
        Json.items(rules).stream()
            .anyMatch(
                rule ->
                    Json.text(rule, "table").equals(Optional.of(TABLE))
                        && Json.text(rule, "fwmark").isPresent());
    boolean routed =
        Json.items(routes).stream()
            .anyMatch(
                route ->
                    Json.text(route, "dst").equals(Optional.of(ADDRESS))
                        && Json.text(route, "type").equals(Optional.of("local")));
    if (!ruled || !routed) {
      return broken(
          Step.ADDRESSES,
          "no %s for what is marked".formatted(ruled ? "route in table " + TABLE : "rule")
              + whatToDo(attachment));
    }
    return ok(Step.ADDRESSES, ADDRESS + " is this node's for what is marked");
  }

  /** The routing table of modes shared and adopt. */
  static final String TABLE = "43518";

  static String whatToDo(Attachment attachment) {
    return attachment.mode() == Mode.ADOPT
        ? " (expected: made by the SDN)"
        : HostSteps.repaired(attachment.tap());
  }

  private static boolean isRouted(String device, JsonValue rules) {
    return Json.items(rules).stream()
        .anyMatch(
            rule ->
                Json.text(rule, "iif").equals(Optional.of(device))
                    && Json.text(rule, "dst").equals(Optional.of(ADDRESS)));
  }
}
