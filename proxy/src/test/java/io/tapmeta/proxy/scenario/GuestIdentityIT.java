package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who a guest is, is decided by its tap and its MAC, and by nothing that it says. All guests here have
 * the same address, on the same bridge.
 */
@Scenario
final class GuestIdentityIT {
  private static final String UNKNOWN = "404";
  private static final String NOBODYS_MAC = "fa:16:3e:ff:ff:fe";

  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest web;
  private static Guest db;
  private static Guest cache;
  private static Guest mover;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    web = node.vm("web");
    db = node.vm("db");
    cache = node.vm("cache");
    mover = node.vm("mover");
    daemon = node.daemon(node.config().hold("50ms"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void guestsWithTheSameAddressGetTheirOwnDocuments() {
    assertThat(List.of(web, db, cache))
        .allSatisfy(
            guest -> {
              assertThat(guest.identity()).isEqualTo(guest.record().uuid());
              assertThat(guest.get(META_DATA_JSON).text())
                  .contains("\"hostname\": \"" + guest.record().hostname() + "\"");
            });
  }

  @Test
  void sameAddressAndSamePortAtTheSameMomentAreToldApart() {
    Connection fromWeb = web.connectFrom(40_000);
    Connection fromDb = db.connectFrom(40_000);
    for (int round = 0; round < 3; round++) {
      assertThat(fromWeb.get(META_DATA_JSON).identity()).isEqualTo(web.record().uuid());
      assertThat(fromDb.get(META_DATA_JSON).identity()).isEqualTo(db.record().uuid());
    }
  }

  @Test
  void macOfAnotherVmGetsNothingOfItsData() {
    Guest intruder = node.guest().mac(web.mac()).start();
    intruder.record().mac(NOBODYS_MAC).write();
    intruder.attach();
    daemon.awaitListening(intruder);

    await().until(() -> !intruder.identity().equals("503"));
    assertThat(intruder.identity()).isEqualTo(UNKNOWN);
    assertThat(web.identity()).isEqualTo(web.record().uuid());
  }

  @Test
  void unknownMacGets404AndIsCounted() {
    String refused = "tapmeta_identity_refused_total{reason=\"unknown\"}";
    Guest stranger = node.guest().start().attach();
    daemon.awaitListening(stranger);
    await().until(() -> !stranger.identity().equals("503"));
    double before = daemon.metric(refused);

    assertThat(stranger.identity()).isEqualTo(UNKNOWN);
    assertThat(daemon.metric(refused)).isEqualTo(before + 1);
  }

  @Test
  void connectionsOfAnotherMacThanThePinnedOneAreClosedUnanswered() {
    String refused = "tapmeta_identity_refused_total{reason=\"mac_not_allowed\"}";
    double before = daemon.metric(refused);
    Guest guest = node.guest().start();
    guest.record().write();
    guest.attach("--mac", NOBODYS_MAC);
    daemon.awaitListening(guest);

    Connection connection = guest.connect();
    assertThat(connection.ends()).isTrue();
    await().untilAsserted(() -> assertThat(daemon.metric(refused)).isEqualTo(before + 1));
  }

  @Test
  void pinnedMacIsServed() {
    Guest guest = node.guest().start();
    guest.record().write();
    guest.attach("--mac", NOBODYS_MAC, "--mac", guest.mac().toUpperCase(Locale.ROOT));
    daemon.awaitListening(guest);

    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
  }

  @Test
  void headersThatNameAnotherVmChangeNothing() {
    Connection connection = db.connect();
    assertThat(
            connection
                .request(
                    "GET",
                    META_DATA_JSON,
                    "X-Forwarded-For: 10.0.0.5",
                    "X-Instance-ID: " + web.record().uuid(),
                    "X-Instance-ID-Signature: 00",
                    "X-Tenant-ID: p-1",
                    "X-Metadata-Provider: " + web.tap())
                .identity())
        .isEqualTo(db.record().uuid());
  }

  /** Behind its gateway a guest does not ask for our MAC, so that nothing tells us of its new one. */
  @Test
  void guestWithANewMacIsAnsweredLongBeforeCloudInitGivesUp() {
    assertThat(mover.identity()).isEqualTo(mover.record().uuid());
    mover.record().mac(NOBODYS_MAC).write();

    mover.takeMac(NOBODYS_MAC);

    long start = System.nanoTime();
    assertThat(mover.identity()).isEqualTo(mover.record().uuid());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }
}
