package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of nftables, as far as tapmeta's own tables go.
 *
 * @param hooked the chains that the kernel calls; one whose interface is gone may stay without
 * @param elements names in sets, and keys of maps
 */
record Ruleset(Set<String> hooked, List<Rule> rules, Map<String, Set<String>> elements) {
  /** Leads what comes from a tap to its pair. */
  static final String ASKED = "asked";

  private static final Set<String> FORWARDING = Set.of(ASKED, "answered");

  /**
   * A rule.
   *
   * @param packets that it has counted
   * @param forwardsTo an interface, or the index of one that is gone; or the chain that forwards for
   *     all taps
   * @param translation where connections are led, as address:port
   */
  record Rule(
      String chain,
      long packets,
      boolean drops,
      Optional<String> forwardsTo,
      Optional<String> translation,
      boolean isIpv6) {}

  /** What {@code nft -j list table} has printed. */
  static Ruleset of(JsonValue printed) {
    Set<String> hooked = new HashSet<>();
    List<Rule> rules = new ArrayList<>();
    Map<String, Set<String>> elements = new HashMap<>();
    for (JsonValue item : Json.items(printed, "nftables")) {
      if (Json.at(item, "chain", "hook").isPresent()) {
        Json.text(item, "chain", "name").ifPresent(hooked::add);
      }
      Json.at(item, "rule").ifPresent(rule -> rules.add(rule(rule)));
      Json.at(item, "set").or(() -> Json.at(item, "map")).ifPresent(set -> add(set, elements));
    }
    return new Ruleset(hooked, List.copyOf(rules), elements);
  }

  List<Rule> in(String chain) {
    return rules.stream().filter(rule -> rule.chain.equals(chain)).toList();
  }

  boolean has(String set, String element) {
    return elements.getOrDefault(set, Set.of()).contains(element);
  }

  /** How many packets the rules of a chain have sent on. */
  long forwarded(String chain) {
    return in(chain).stream()
        .filter(rule -> rule.forwardsTo.isPresent())
        .mapToLong(Rule::packets)
        .sum();
  }

  /** How many packets a chain has dropped. */
  long dropped(String chain) {
    return in(chain).stream().filter(Rule::drops).mapToLong(Rule::packets).sum();
  }

  private static Rule rule(JsonValue rule) {
    long packets = 0;
    boolean drops = false;
    Optional<String> forwardsTo = Optional.empty();
    Optional<String> translation = Optional.empty();
    boolean ipv6 = false;
    for (JsonValue part : Json.items(rule, "expr")) {
      packets += Json.number(part, "counter", "packets");
      drops |= Json.at(part, "drop").isPresent();
      forwardsTo =
          forwardsTo
              .or(() -> Json.text(part, "fwd", "dev"))
              .or(() -> Json.text(part, "jump", "target").filter(FORWARDING::contains));
      if (Json.at(part, "dnat").isPresent()) {
        ipv6 = Json.text(part, "dnat", "family").equals(Optional.of("ip6"));
        translation =
            Optional.of(
                Translation.target(
                    Json.text(part, "dnat", "addr").orElse(""),
                    Json.text(part, "dnat", "port").orElse("")));
      }
    }
    String chain = Json.text(rule, "chain").orElse("");
    return new Rule(chain, packets, drops, forwardsTo, translation, ipv6);
  }

  private static void add(JsonValue set, Map<String, Set<String>> elements) {
    Set<String> names =
        elements.computeIfAbsent(Json.text(set, "name").orElse(""), _ -> new HashSet<>());
    for (JsonValue element : Json.items(set, "elem")) {
      // An element of a map is a pair.
      List<String> pair = Json.texts(element);
      names.addAll(pair.isEmpty() ? List.of() : List.of(pair.getFirst()));
    }
    names.addAll(Json.texts(set, "elem"));
  }
}
