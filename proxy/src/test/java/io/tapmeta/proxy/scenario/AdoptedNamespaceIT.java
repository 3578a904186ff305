package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Namespace;
import io.tapmeta.proxy.scenario.kit.Scenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Namespaces of Neutron's, with two VMs behind one interface each, taken over from its proxy. */
@Scenario
final class AdoptedNamespaceIT {
  private static final String NETWORK = "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d";
  private static final String INTERFACE = "sdn0";

  private static ComputeNode node;
  private static Daemon daemon;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    daemon = node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void metadataNamespaceOfOvnIsTakenOverByOneCommandAndGivenBackByAnother() {
    Namespace ovn = sdn("169.254.169.254/32", "fe80::a9fe:a9fe/64");
    takenOverAndGivenBack(ovn, "via 10.0.0.2");
  }

  @Test
  void dhcpNamespaceOfANetworkWithoutRouterIsTakenOver() {
    Namespace dhcp = sdn("169.254.169.254/16");
    takenOverAndGivenBack(dhcp, "dev eth0");
  }

  @Test
  void routersNamespaceIsTakenOverAheadOfItsRedirection() {
    Namespace router = sdn();
    redirect(router);
    Guest guest = guest("10.0.0.11", "via 10.0.0.2");
    adopt(router);
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());

    // As Neutron does whenever it writes its rules anew.
    redirect(router);

    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    String rules = said(router, "ip", "rule");
    node.detach(router.name());
    assertThat(said(router, "ip", "rule")).isNotEqualTo(rules);
    assertThat(said(router, "nft", "list", "tables")).doesNotContain("tapmeta");
  }

  @Test
  void secondAttachmentOfTheSameInterfaceIsRefused() {
    Namespace namespace = sdn("169.254.169.254/32");
    adopt(namespace);

    Command.Result result = attach("another", namespace, INTERFACE);

    assertThat(result.status()).isEqualTo(69);
    assertThat(result.err()).hasLineCount(1).contains("adopted as " + namespace.name());
    node.detach(namespace.name());
  }

  @Test
  void whatIsNotThereIsNamed() {
    Namespace namespace = sdn();

    assertThat(attach("a", namespace, "none0").err())
        .isEqualTo(
            "tapmeta-attach: none0: no such interface in %s (expected: the one that guests come in by)%n"
                .formatted(namespace.name()));
    assertThat(attach("b", Namespace.named("none"), INTERFACE).err())
        .contains("none: no such network namespace");
  }

  private static void takenOverAndGivenBack(Namespace sdn, String route) {
    Guest one = guest("10.0.0.11", route);
    Guest other = guest("10.0.0.12", route);
    String before = said(sdn, "nft", "list", "ruleset");
    adopt(sdn);

    assertThat(one.identity()).isEqualTo(one.record().uuid());
    assertThat(other.identity()).isEqualTo(other.record().uuid());

    node.detach(sdn.name());
    assertThat(said(sdn, "nft", "list", "ruleset")).isEqualTo(before);
    one.close();
    other.close();
  }

  /** One with an interface on the bridge of the node. */
  private static Namespace sdn(String... addresses) {
    Namespace made = node.sdnNamespace();
    String end = "s" + made.name().substring(made.name().length() - 8);
    node.namespace()
        .ip(
            "link add %s type veth peer name %s netns %s".formatted(end, INTERFACE, made.name()),
            "link set %s master %s up".formatted(end, node.bridge()));
    made.ip("link set %s up".formatted(INTERFACE), "address add 10.0.0.2/24 dev " + INTERFACE);
    for (String address : addresses) {
      made.ip(
          "address add %s dev %s%s"
              .formatted(address, INTERFACE, address.contains("::") ? " nodad" : ""));
    }
    return made;
  }

  private static void redirect(Namespace router) {
    router
        .command(
            "iptables",
            "-t",
            "nat",
            "-I",
            "PREROUTING",
            "-d",
            "169.254.169.254/32",
            "-p",
            "tcp",
            "--dport",
            "80",
            "-j",
            "REDIRECT",
            "--to-ports",
            "9690")
        .run()
        .orFail();
  }

  private static Guest guest(String address, String route) {
    Guest guest = node.guest().start();
    guest
        .namespace()
        .ip(
            "address flush dev eth0",
            "address add %s/24 dev eth0".formatted(address),
            "route add 169.254.169.254 " + route);
    guest.record().network(NETWORK).write();
    return guest;
  }

  private static void adopt(Namespace namespace) {
    Command.Result result = attach(namespace.name(), namespace, INTERFACE);
    result.orFail();
    daemon.awaitReady();
  }

  private static Command.Result attach(String name, Namespace namespace, String device) {
    return node.script(
            "tapmeta-attach",
            name,
            "--mode",
            "adopt",
            "--netns",
            namespace.name(),
            "--interface",
            device,
            "--network",
            NETWORK)
        .run();
  }

  private static String said(Namespace namespace, String... words) {
    return namespace.command(words).run().orFail();
  }
}
