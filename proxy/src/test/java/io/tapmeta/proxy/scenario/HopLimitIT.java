package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counted in the guest, by the kernel: how far each packet of an answer could still go. */
@Scenario
final class HopLimitIT {
  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void everyPacketFromTheHandshakeOnHasTheLimit() {
    Guest guest = node.vm("vm");
    node.daemon(node.config().guest("hop_limit", "3"));
    capture(guest, "ipv4", "ip ttl", 3);
    assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
    assertCaptured(guest);
  }

  @Test
  void everyPacketOverIpv6HasTheLimit() {
    Guest guest = node.vm("vm");
    node.daemon(node.config().guest("hop_limit", "3"));
    capture(guest, "ipv6", "ip6 hoplimit", 3);
    assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(guest.record().uuid());
    assertCaptured(guest);
  }

  @Test
  void oneHopIsEnoughForTheGuestItself() {
    Guest bridged = node.vm("bridged");
    Guest routed = node.guest().routed().start();
    routed.record().write();
    routed.attach();
    node.daemon(node.config().guest("hop_limit", "1"));
    capture(bridged, "ipv4", "ip ttl", 1);
    assertThat(bridged.get(META_DATA_JSON).status()).isEqualTo(200);
    assertCaptured(bridged);
    assertThat(routed.get(META_DATA_JSON).status()).isEqualTo(200);
  }

  @Test
  void withoutALimitItIsTheSystems() {
    Guest guest = node.vm("vm");
    node.daemon();
    capture(guest, "ipv4", "ip ttl", 64);
    assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
    assertCaptured(guest);
  }

  private static void capture(Guest guest, String family, String field, int hops) {
    String exactly = "meta nfproto %s %s == %d".formatted(family, field, hops);
    String otherwise = "meta nfproto %s %s != %d".formatted(family, field, hops);
    String rules =
        """
        table inet capture {
          chain in {
            type filter hook prerouting priority -300
            tcp sport 80 tcp flags & (syn | ack) == (syn | ack) %1$s counter comment "handshake"
            tcp sport 80 tcp flags & syn != syn %1$s counter comment "rest"
            tcp sport 80 %2$s counter comment "other"
          }
        }
        """
            .formatted(exactly, otherwise);
    guest.namespace().command("nft", "-f", "-").input(rules).run().orFail();
  }

  private static void assertCaptured(Guest guest) {
    String counted = guest.namespace().command("nft", "list", "ruleset").run().orFail();
    assertThat(packets(counted, "handshake")).as(counted).isPositive();
    assertThat(packets(counted, "rest")).as(counted).isPositive();
    assertThat(packets(counted, "other")).as(counted).isZero();
  }

  private static int packets(String ruleset, String rule) {
    return ruleset
        .lines()
        .filter(line -> line.endsWith("comment \"" + rule + "\""))
        .mapToInt(line -> Integer.parseInt(line.replaceAll(".*packets (\\d+) .*", "$1")))
        .findFirst()
        .orElseThrow();
  }
}
