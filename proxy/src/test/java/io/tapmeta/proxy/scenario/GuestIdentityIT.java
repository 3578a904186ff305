package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who a guest is, is decided by its tap and its MAC, and by nothing that it says. */
@Scenario
final class GuestIdentityIT {
  private static final String UNKNOWN = "404";
  private static final String NOBODYS_MAC = "fa:16:3e:ff:ff:fe";

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void twoGuestsWithTheSameAddressGetTheirOwnDocuments() {
    Guest web = node.vm("web");
    Guest db = node.vm("db");
    node.daemon();

    assertThat(web.identity()).isEqualTo(web.record().uuid());
    assertThat(db.identity()).isEqualTo(db.record().uuid());
  }

  @Test
  void sameAddressAndSamePortAtTheSameMomentAreToldApart() {
    Guest web = node.vm("web");
    Guest db = node.vm("db");
    node.daemon();

    try (Connection fromWeb = web.connectFrom(40_000);
        Connection fromDb = db.connectFrom(40_000)) {
      for (int round = 0; round < 3; round++) {
        assertThat(fromWeb.get(META_DATA_JSON).identity()).isEqualTo(web.record().uuid());
        assertThat(fromDb.get(META_DATA_JSON).identity()).isEqualTo(db.record().uuid());
      }
    }
  }

  @Test
  void severalGuestsOnOneBridgeGetTheirOwnDocuments() {
    List<Guest> guests = List.of(node.vm("a"), node.vm("b"), node.vm("c"), node.vm("d"));
    node.daemon();

    assertThat(guests)
        .allSatisfy(guest -> assertThat(guest.identity()).isEqualTo(guest.record().uuid()));
  }

  @Test
  void macOfAnotherVmGetsNothingOfItsData() {
    Guest victim = node.vm("victim");
    Guest intruder = node.vm("intruder");
    node.daemon(node.config().hold("50ms"));
    assertThat(intruder.identity()).isEqualTo(intruder.record().uuid());

    intruder.takeMac(victim.mac());

    assertThat(intruder.identity()).isEqualTo(UNKNOWN);
    assertThat(victim.identity()).isEqualTo(victim.record().uuid());
  }

  @Test
  void unknownMacGets404AndIsCounted() {
    Guest guest = node.vm("guest");
    guest.record().mac(NOBODYS_MAC).write();
    Daemon daemon = node.daemon(node.config().hold("50ms"));

    assertThat(guest.identity()).isEqualTo(UNKNOWN);
    assertThat(daemon.metric("tapmeta_identity_refused_total{reason=\"unknown\"}")).isEqualTo(1);
  }

  @Test
  void pinnedAttachmentClosesConnectionsOfOtherMacsUnanswered() {
    Guest guest = node.guest().start();
    guest.attach("--mac", guest.mac());
    guest.record().write();
    Daemon daemon = node.daemon();
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());

    guest.takeMac(NOBODYS_MAC);

    try (Connection connection = guest.connect()) {
      assertThat(connection.ends()).isTrue();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        daemon.metric("tapmeta_identity_refused_total{reason=\"mac_not_allowed\"}"))
                    .isEqualTo(1));
  }

  @Test
  void headersThatNameAnotherVmChangeNothing() {
    Guest victim = node.vm("victim");
    Guest intruder = node.vm("intruder");
    node.daemon();

    try (Connection connection = intruder.connect()) {
      assertThat(
              connection
                  .request(
                      "GET",
                      META_DATA_JSON,
                      "X-Forwarded-For: 10.0.0.5",
                      "X-Instance-ID: " + victim.record().uuid(),
                      "X-Instance-ID-Signature: 00",
                      "X-Tenant-ID: p-1",
                      "X-Metadata-Provider: " + victim.tap())
                  .identity())
          .isEqualTo(intruder.record().uuid());
    }
  }
}
