package io.tapmeta.proxy.scenario;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Haproxy;
import io.tapmeta.proxy.scenario.kit.Namespace;
import io.tapmeta.proxy.scenario.kit.Run;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Namespaces as the agents of OVN and Neutron make them, with the haproxy in them running: taken over by one command, given
 * back by another. Names are of the agents' own form; the first group of the network's id is this run's.
 */
@Scenario
// The first one on a machine unpacks haproxy.
@Timeout(400)
final class TakeOverFromHaproxyIT {
  private static final String NETWORK = Run.ID + "-6f7e-4f29-b1c0-2d9f5a6b7c8d";

  /** The beginning of the id of the agent's port, as it stands in its interface's name. */
  private static final String PORT = "52f1c9d0-3b";

  private static final String ADDRESS = "10.0.0.2";
  private static final String METADATA6 = "fe80::a9fe:a9fe";
  private static final String ROUTER6 = "fe80::1";

  /** Where the daemon listens beside a proxy that has the usual port on all addresses. */
  private static final String OTHER_PORT = "9698";

  private final ComputeNode node = ComputeNode.start();
  private final Guest guest = node.guest().start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void metadataNamespaceOfOvnIsTakenOverAndGivenBack() {
    String device = "tap" + NETWORK.substring(0, 10) + "1";
    Namespace ovn =
        sdn("ovnmeta-", device, ADDRESS + "/24", Guest.METADATA + "/32", METADATA6 + "/64");
    routeByDhcp();
    node.daemon();

    takenOverAndGivenBack(ovn, device, haproxyOnTheAddresses(ovn, device), Map.of());
  }

  @Test
  void dhcpNamespaceOfANetworkWithoutRouterIsTakenOverAndGivenBack() {
    String device = "tap" + PORT;
    Namespace dhcp =
        sdn("qdhcp-", device, ADDRESS + "/24", Guest.METADATA + "/32", METADATA6 + "/128");
    routeByDhcp();
    node.daemon();

    takenOverAndGivenBack(dhcp, device, haproxyOnTheAddresses(dhcp, device), Map.of());
  }

  @Test
  void routersNamespaceIsTakenOverAheadOfItsRedirectionAndGivenBack() {
    String device = "qr-" + PORT;
    // The router is the gateway itself, not the node.
    node.namespace().ip("address del %s/24 dev %s".formatted(ComputeNode.GATEWAY, node.bridge()));
    Namespace router = sdn("qrouter-", device, ComputeNode.GATEWAY + "/24", ROUTER6 + "/64");
    said(router, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    restore(router, "iptables-restore", Guest.METADATA + "/32");
    restore(router, "ip6tables-restore", METADATA6 + "/128");
    // As a router advertises it.
    guest.namespace().ip("route add %s/128 via %s dev eth0".formatted(METADATA6, ROUTER6));
    Haproxy haproxy = node.haproxy(router, ":::9697");
    node.daemon(node.config().guest("port", OTHER_PORT));

    assertThat(attach(router, device).run().err()).contains("port 9697 is taken there");
    takenOverAndGivenBack(router, device, haproxy, Map.of("TAPMETA_PORT", OTHER_PORT));
  }

  private void takenOverAndGivenBack(
      Namespace sdn, String device, Haproxy haproxy, Map<String, String> environment) {
    guest.record().network(NETWORK).write();
    haproxyAnswers();
    String sdns = ofTheSdn(sdn);
    String all = sdns + ofAnybody(sdn);

    try (Connection open = guest.connect()) {
      assertThat(open.get(Guest.META_DATA_JSON).text()).isEqualTo(Haproxy.ANSWER);
      attach(sdn, device).with(environment).run().orFail();
      assertThat(guest.identity()).isEqualTo(guest.record().uuid());
      assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(guest.record().uuid());
      assertThat(open.get(Guest.META_DATA_JSON).text()).isEqualTo(Haproxy.ANSWER);
    }
    assertThat(ofTheSdn(sdn)).isEqualTo(sdns);

    node.detach(sdn.name());
    haproxyAnswers();
    assertThat(ofTheSdn(sdn) + ofAnybody(sdn)).isEqualTo(all);
    assertThat(haproxy.isRunning()).isTrue();
  }

  private void haproxyAnswers() {
    assertThat(guest.get(Guest.META_DATA_JSON).text()).isEqualTo(Haproxy.ANSWER);
    assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(Haproxy.ANSWER);
  }

  /** One with an interface in the guest's network. */
  private Namespace sdn(String kind, String device, String... addresses) {
    Namespace made = node.sdnNamespace(kind + NETWORK);
    node.namespace()
        .ip(
            "link add sdn-end type veth peer name %s netns %s".formatted(device, made.name()),
            "link set sdn-end master %s up".formatted(node.bridge()));
    made.ip("link set %s up".formatted(device));
    for (String address : addresses) {
      String checked = address.contains("::") ? " nodad" : "";
      made.ip("address add %s dev %s%s".formatted(address, device, checked));
    }
    return made;
  }

  private Haproxy haproxyOnTheAddresses(Namespace sdn, String device) {
    return node.haproxy(
        sdn, Guest.METADATA + ":80", "[%s]:80 interface %s".formatted(METADATA6, device));
  }

  /** The route that a guest of such a network gets with its lease. */
  private void routeByDhcp() {
    guest.namespace().ip("route add %s/32 via %s".formatted(Guest.METADATA, ADDRESS));
  }

  /** Puts in Neutron's rules for a router, those of one version of IP. */
  private static void restore(Namespace router, String program, String address) {
    String rules =
        """
        *mangle
        :neutron-l3-agent-PREROUTING - [0:0]
        -A PREROUTING -j neutron-l3-agent-PREROUTING
        -A neutron-l3-agent-PREROUTING -d %1$s -i qr-+ -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xffff
        COMMIT
        *nat
        :neutron-l3-agent-PREROUTING - [0:0]
        -A PREROUTING -j neutron-l3-agent-PREROUTING
        -A neutron-l3-agent-PREROUTING -d %1$s -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697
        COMMIT
        *filter
        :neutron-l3-agent-INPUT - [0:0]
        :neutron-l3-agent-FORWARD - [0:0]
        :neutron-l3-agent-scope - [0:0]
        -A INPUT -j neutron-l3-agent-INPUT
        -A FORWARD -j neutron-l3-agent-FORWARD
        -A neutron-l3-agent-INPUT -m mark --mark 0x1/0xffff -j ACCEPT
        -A neutron-l3-agent-INPUT -p tcp -m tcp --dport 9697 -j DROP
        -A neutron-l3-agent-FORWARD -j neutron-l3-agent-scope
        -A neutron-l3-agent-scope -m mark --mark 0x1/0xffff -j DROP
        COMMIT
        """
            .formatted(address);
    router.command(program).input(rules).run().orFail();
  }

  private Command attach(Namespace sdn, String device) {
    return node.script(
        "tapmeta-attach",
        sdn.name(),
        "--mode",
        "adopt",
        "--netns",
        sdn.name(),
        "--interface",
        device,
        "--network",
        NETWORK);
  }

  /** What stays as it is even while it is taken over; without what changes by itself. */
  private static String ofTheSdn(Namespace sdn) {
    return said(sdn, "ip", "address").replace(" tentative", "")
        + Stream.of("iptables-save", "ip6tables-save")
            .flatMap(program -> said(sdn, program).lines())
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceAll("\\[\\d+:\\d+]", ""))
            .collect(joining("\n"));
  }

  private static String ofAnybody(Namespace sdn) {
    return said(sdn, "ip", "-4", "rule")
        + said(sdn, "ip", "-6", "rule")
        + said(sdn, "ip", "-4", "route", "show", "table", "all")
        + said(sdn, "ip", "-6", "route", "show", "table", "all")
            .lines()
            .filter(line -> line.contains(METADATA6))
            .collect(joining("\n"))
        + said(sdn, "nft", "--stateless", "list", "ruleset");
  }

  private static String said(Namespace namespace, String... words) {
    return namespace.command(words).run().orFail();
  }
}
