package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.List;
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

  /** From the first SYN-ACK on; the neighbour has the node's. */
  @Test
  void aRecordsLimitIsItsVmsAlone() {
    Guest near = node.vm("near");
    Guest far = node.vm("far");
    limit(near, "2");
    node.daemon(node.config().guest("hop_limit", "7"));
    for (Guest guest : List.of(near, far)) {
      int hops = guest == near ? 2 : 7;
      capture(guest, "ipv4", "ip ttl", hops);
      assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
      assertCaptured(guest);
      capture(guest, "ipv6", "ip6 hoplimit", hops);
      assertThat(guest.identityAt(Guest.METADATA6)).isEqualTo(guest.record().uuid());
      assertCaptured(guest);
    }
  }

  @Test
  void aChangedRecordChangesTheLimitOfNewAndOfOpenConnections() {
    Guest guest = node.vm("vm");
    node.daemon();
    Connection open = guest.connect();
    assertThat(open.get(META_DATA_JSON).status()).isEqualTo(200);

    for (String hops : List.of("5", "9", "null")) {
      limit(guest, hops);
      int expected = "null".equals(hops) ? 64 : Integer.parseInt(hops);
      // The kernel has it a moment after the record is in force.
      await()
          .untilAsserted(
              () -> {
                capture(guest, "ipv4", "ip ttl", expected);
                assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
                assertCaptured(guest);
              });
      capture(guest, "ipv4", "ip ttl", expected);
      assertThat(open.get(META_DATA_JSON).status()).isEqualTo(200);
      assertThat(open.get(META_DATA_JSON).status()).isEqualTo(200);
      String counted = counted(guest);
      // The first request was acknowledged, if at all, by the old limit.
      assertThat(packets(counted, "rest")).as(counted).isPositive();
      assertThat(packets(counted, "other")).as(counted).isLessThanOrEqualTo(1);
    }
  }

  /** Who asks is not known before the handshake is over: until then it is the node's. */
  @Test
  void behindAnAdoptedInterfaceAnswersHaveTheRecordsLimit() {
    try (EveryMode every = new EveryMode()) {
      limit(every.shared, "2");
      limit(every.adopted, "3");
      every.node.daemon(every.node.config().guest("hop_limit", "9"));
      capture(every.shared, "ipv4", "ip ttl", 2);
      assertThat(every.shared.identity()).isEqualTo(every.shared.record().uuid());
      assertCaptured(every.shared);
      capture(every.adopted, "ipv4", "ip ttl", 3);
      assertThat(every.adopted.identity()).isEqualTo(every.adopted.record().uuid());
      String counted = counted(every.adopted);
      assertThat(packets(counted, "rest")).as(counted).isPositive();
      assertThat(packets(counted, "handshake")).as(counted).isZero();
      // The SYN-ACK, and the kernel's acknowledgement of a request that came before the accept.
      assertThat(packets(counted, "other")).as(counted).isBetween(1, 2);
    }
  }

  @Test
  void withoutALimitItIsTheSystems() {
    Guest guest = node.vm("vm");
    node.daemon();
    capture(guest, "ipv4", "ip ttl", 64);
    assertThat(guest.get(META_DATA_JSON).status()).isEqualTo(200);
    assertCaptured(guest);
  }

  private static void limit(Guest guest, String hops) {
    String record = guest.record().text();
    guest
        .record()
        .replaceBy(
            record.replace(
                "\"ports\"", "\"policy\": {\"hop_limit\": %s},\n \"ports\"".formatted(hops)));
  }

  private static void capture(Guest guest, String family, String field, int hops) {
    String exactly = "meta nfproto %s %s == %d".formatted(family, field, hops);
    String otherwise = "meta nfproto %s %s != %d".formatted(family, field, hops);
    String rules =
        """
        table inet capture
        delete table inet capture
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
    String counted = counted(guest);
    assertThat(packets(counted, "handshake")).as(counted).isPositive();
    assertThat(packets(counted, "rest")).as(counted).isPositive();
    assertThat(packets(counted, "other")).as(counted).isZero();
  }

  private static String counted(Guest guest) {
    return guest.namespace().command("nft", "list", "table", "inet", "capture").run().orFail();
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
