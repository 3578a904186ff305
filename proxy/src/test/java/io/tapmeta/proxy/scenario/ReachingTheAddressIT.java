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
