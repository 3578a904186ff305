package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What all attachments of a node have in common, each fact asked for once. */
final class Node {
  private static final Path PROC = Path.of("/proc");

  private final Tools tools;
  private final Once<List<Link>> links =
      new Once<>(() -> Link.all(tools().ask("ip", "-j", "link", "show").json()));
  private final Once<Optional<Ruleset>> steering =
      new Once<>(() -> table(Optional.empty(), "netdev"));
  private final Once<Optional<Ruleset>> sharedArp =
      new Once<>(() -> table(Optional.empty(), "arp"));
  private final Once<Optional<Ruleset>> sharedInet =
      new Once<>(() -> table(Optional.empty(), "inet"));
  private final Once<JsonValue> rules = new Once<>(() -> rules(Optional.empty()));
  private final Once<JsonValue> routes =
      new Once<>(
          () -> {
            Said said = tools().ask("ip", "-j", "route", "show", "table", NamespaceSteps.TABLE);
            // A table that has never had a route is not there.
            return said.good() ? said.json() : new Said("ip", 0, "", "").json();
          });
  private final Once<List<NeighbourTable>> neighbourTables =
      new Once<>(() -> NeighbourTable.all(PROC));

  Node(Tools tools) {
    this.tools = tools;
  }

  Tools tools() {
    return tools;
  }

  List<Link> links() throws Unseen {
    return links.get();
  }

  Optional<Ruleset> steering() throws Unseen {
    return steering.get();
  }

  Optional<Ruleset> sharedArp() throws Unseen {
    return sharedArp.get();
  }

  Optional<Ruleset> sharedInet() throws Unseen {
    return sharedInet.get();
  }

  JsonValue rules() throws Unseen {
    return rules.get();
  }

  JsonValue routes() throws Unseen {
    return routes.get();
  }

  List<NeighbourTable> neighbourTables() throws Unseen {
    return neighbourTables.get();
  }

  /** tapmeta's table of a family; empty where there is none. */
  Optional<Ruleset> table(Optional<String> netns, String family) throws Unseen {
    Said said = tools.inside(netns, "nft", "-j", "list", "table", family, "tapmeta");
    return !said.good() && said.err().contains("No such file or directory")
        ? Optional.empty()
        : Optional.of(Ruleset.of(said.json()));
  }

  JsonValue rules(Optional<String> netns) throws Unseen {
    return tools.inside(netns, "ip", "-j", "rule", "show").json();
  }
}
