package io.tapmeta.proxy.doctor;

import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes the way of one attachment's guest, up to where it breaks. */
final class Walk {
  private final Node node;
  private final DaemonView daemon;
  private final Places places;
  private final Attachment attachment;
  private final Optional<String> netns;
  private final Once<Said> inside;
  private final Once<List<Link>> insideLinks;
  private final Once<List<Neighbour>> neighbours;

  /** How a step is looked at. */
  @FunctionalInterface
  private interface Look {
    Finding look() throws Unseen;
  }

  private record Stage(Step step, Look look) {}

  Walk(Node node, DaemonView daemon, Places places, Attachment attachment) {
    this.node = node;
    this.daemon = daemon;
    this.places = places;
    this.attachment = attachment;
    netns = attachment.netns();
    inside =
        new Once<>(
            () ->
                netns.isPresent()
                    ? node.tools().ask("ip", "-n", netns.get(), "-j", "address", "show")
                    : node.tools()
                        .ask("ip", "-j", "address", "show", "dev", attachment.interfaceName()));
    insideLinks = new Once<>(() -> Link.all(inside.get().json()));
    neighbours =
        new Once<>(
            () -> {
              Tools tools = node.tools();
              String device = attachment.interfaceName();
              return Neighbour.all(
                  tools.inside(netns, "ip", "-j", "neigh", "show", "dev", device).json());
            });
  }

  /** What there is after the attachment's file. */
  List<Finding> go() {
    List<Finding> findings = new ArrayList<>();
    for (Stage stage : stages()) {
      Finding finding;
      try {
        finding = stage.look.look();
      } catch (Unseen e) {
        finding = Finding.unknown(stage.step, e.why());
      }
      findings.add(finding);
      if (finding.verdict() == Finding.Verdict.BROKEN) {
        break;
      }
    }
    return findings;
  }

  private List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    switch (attachment.mode()) {
      case NETNS -> {
        stages.add(new Stage(Step.TAP, () -> HostSteps.tap(attachment, node.links())));
        stages.add(
            new Stage(
                Step.STEERING,
                () -> HostSteps.steering(attachment, node.steering(), node.links())));
        stages.add(
            new Stage(
                Step.VETH, () -> HostSteps.veth(attachment, node.links(), inside.get().good())));
        stages.add(new Stage(Step.NAMESPACE, this::namespace));
        stages.add(new Stage(Step.ADDRESSES, this::addresses));
      }
      case SHARED -> {
        stages.add(new Stage(Step.TAP, () -> HostSteps.tap(attachment, node.links())));
        stages.add(
            new Stage(
                Step.STEERING,
                () -> HostSteps.sharing(attachment, node.sharedArp(), node.sharedInet())));
        stages.add(
            new Stage(
                Step.ADDRESSES,
                () -> NamespaceSteps.route(attachment, node.rules(), node.routes())));
      }
      case ADOPT -> {
        stages.add(new Stage(Step.NAMESPACE, this::namespace));
        stages.add(new Stage(Step.ADDRESSES, this::addresses));
      }
    }
    stages.add(new Stage(Step.TRANSLATION, this::translation));
    stages.add(new Stage(Step.SOCKET, this::socket));
    stages.add(new Stage(Step.DAEMON, () -> ListenSteps.daemon(daemon, attachment, places)));
    stages.add(new Stage(Step.NEIGHBOUR, this::neighbour));
    stages.add(new Stage(Step.RECORD, this::record));
    stages.add(
        new Stage(Step.REQUESTS, () -> GuestSteps.requests(daemon.attachment(attachment.name()))));
    return stages;
  }

  private boolean isNameThere() {
    return netns
        .map(NetworkNamespaces.DIRECTORY::resolve)
        .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        .isPresent();
  }

  private Finding namespace() throws Unseen {
    return NamespaceSteps.namespace(attachment, isNameThere(), inside.get());
  }

  private Finding addresses() throws Unseen {
    return NamespaceSteps.addresses(attachment, insideLinks.get(), node.rules(netns));
  }

  private Finding translation() throws Unseen {
    int port = places.port();
    if (attachment.mode() != Mode.NETNS) {
      return translationByNft(port);
    }
    boolean ipv6 = hasIpv6();
    String device = attachment.interfaceName();
    List<Translation> all =
        new ArrayList<>(
            Translation.saved(
                node.tools().inside(netns, "iptables-save", "-c", "-t", "nat").text(),
                NamespaceSteps.ADDRESS,
                device));
    if (ipv6) {
      all.addAll(
          Translation.saved(
              node.tools().inside(netns, "ip6tables-save", "-c", "-t", "nat").text(),
              NamespaceSteps.ADDRESS6,
              device));
    }
    return ListenSteps.translation(attachment, all, ipv6, port, false);
  }

  private Finding translationByNft(int port) throws Unseen {
    Optional<Ruleset> table =
        attachment.mode() == Mode.ADOPT ? node.table(netns, "inet") : node.sharedInet();
    List<Translation> all = table.map(this::translations).orElse(List.of());
    return ListenSteps.translation(attachment, all, hasIpv6(), port, true);
  }

  /** In an adopted namespace those of the interface; mode shared has the same for all taps. */
  private List<Translation> translations(Ruleset rules) {
    String device = attachment.interfaceName();
    return Translation.of(rules).stream()
        .filter(
            each ->
                attachment.mode() == Mode.SHARED
                    || rules.has(each.isIpv6() ? "interfaces6" : "interfaces", device))
        .toList();
  }

  private Finding socket() throws Unseen {
    int port = places.port();
    String printed = node.tools().inside(netns, "ss", "-Hltn", "sport", "=", ":" + port).text();
    return ListenSteps.socket(
        attachment,
        printed,
        places.ipv6() && hasIpv6(),
        port,
        ListenSteps.listens(daemon, attachment));
  }

  private Finding neighbour() throws Unseen {
    return GuestSteps.neighbour(
        attachment, neighbours.get(), Optional.of(daemon.ports()), node.neighbourTables());
  }

  private Finding record() throws Unseen {
    return GuestSteps.record(attachment, neighbours.get(), daemon.ports(), daemon.faults(), places);
  }

  private boolean hasIpv6() throws Unseen {
    return NamespaceSteps.hasIpv6(attachment, insideLinks.get());
  }
}
