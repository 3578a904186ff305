package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.GuestBuilder;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All ways from a guest to 169.254.169.254. */
@Scenario
final class ReachingTheAddressIT {
  private static ComputeNode node;
  private static final Map<String, Guest> guests = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    add("bridged tap, through the gateway", node.guest());
    add("bridged tap, on-link", node.guest().onLink());
    add("routed tap, through the gateway", node.guest().routed());
    add("routed tap, on-link", node.guest().routed().onLink());
    node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static void add(String way, GuestBuilder builder) {
    Guest guest = builder.start();
    guest.record().write();
    guests.put(way, guest.attach());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bridged tap, through the gateway",
        "bridged tap, on-link",
        "routed tap, through the gateway",
        "routed tap, on-link"
      })
  void everyWayLeadsToTheGuestsOwnDocuments(String way) {
    Guest guest = guests.get(way);
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(guest.record().uuid());
  }

  @Test
  void guestWithoutIpv4AndWithALinkLocalAddressOfItsOwnChoiceIsServed() {
    Guest guest = node.guest().start();
    guest.namespace().ip("address flush dev eth0");
    guest
        .namespace()
        .ip("address add fe80::1234:5678:9abc:def0/64 dev eth0 nodad", "link set eth0 up");
    guest.namespace().ip("address add 2001:db8::5/64 dev eth0 nodad", "route add ::/0 dev eth0");
    guest.record().write();
    guest.attach("--ipv6");

    assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(guest.record().uuid());
    assertThat(guest.identityAt("[fd00:ec2::254]")).isEqualTo(guest.record().uuid());
    assertThat(
            guest
                .namespace()
                .command(
                    "curl", "-gs", "http://[fe80::a9fe:a9fe%25eth0]/latest/meta-data/local-ipv4")
                .run()
                .orFail())
        .isEqualTo("fe80::1234:5678:9abc:def0");
  }

  @Test
  void neighbourThatClaimsTheAddressIsNotHeard() {
    Guest asking = guests.get("bridged tap, on-link");
    Guest claiming = node.guest().start();
    claiming.namespace().ip("address add 169.254.169.254/32 dev eth0");
    assertThat(asking.identity()).isEqualTo(asking.record().uuid());

    claiming
        .namespace()
        .command("busybox", "arping", "-U", "-c", "2", "-I", "eth0", Guest.METADATA)
        .run();

    assertThat(asking.namespace().command("ip", "neigh", "show", Guest.METADATA).run().orFail())
        .doesNotContain(claiming.mac());
    assertThat(asking.identity()).isEqualTo(asking.record().uuid());
  }

  @Test
  void ipv6IsLeftOutOnRequestAndInsistedOnOnlyWhereItCanBe() {
    Guest guest = node.guest().routed().start();
    guest.attach("--no-ipv6");
    assertThat(guest.attachment().command("ip", "-6", "-o", "address").run().orFail())
        .doesNotContain("fe80::a9fe:a9fe");
    node.namespace().ip("link set %s mtu 1000".formatted(guest.tap()));

    var refused = node.script("tapmeta-attach", guest.tap(), "--ipv6").run();

    assertThat(refused.status()).isEqualTo(69);
    assertThat(refused.err()).hasLineCount(1).contains("MTU of 1000");
    guest.detach();
  }

  @ParameterizedTest
  @ValueSource(ints = {22, 9697, 9775})
  void otherPortsOfTheAddressAreRefused(int port) {
    Guest guest = guests.get("bridged tap, on-link");
    assertThatThrownBy(() -> guest.namespace().connect(0, Guest.METADATA, port).close())
        .hasMessageContaining("Connection refused");
  }

  @Test
  void answersGoToTheGuestAlone() {
    Guest asking = guests.get("bridged tap, through the gateway");
    Guest neighbour = guests.get("bridged tap, on-link");
    long before = received(neighbour);

    for (int i = 0; i < 20; i++) {
      assertThat(asking.get("/openstack").status()).isEqualTo(200);
    }

    // A stray ARP request of the bridge would be one frame or two.
    assertThat(received(neighbour) - before).isLessThan(20);
  }

  private static long received(Guest guest) {
    String counters =
        guest.namespace().command("ip", "-s", "-j", "link", "show", "eth0").run().orFail();
    return Long.parseLong(
        counters.replaceAll("(?s).*\"rx\":\\{\"bytes\":\\d+,\"packets\":(\\d+).*", "$1"));
  }
}
