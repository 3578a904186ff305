package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.KeptNamespace;
import io.tapmeta.proxy.scenario.kit.Placement;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import io.tapmeta.proxy.scenario.kit.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attaching and detaching, before and under a running daemon. */
@Scenario
final class AttachmentLifeIT {
  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest early;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    early = node.vm("early");
    daemon = node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void attachmentsFromBeforeAndAfterTheStartAreServed() {
    Guest late = node.vm("late");

    assertThat(early.identity()).isEqualTo(early.record().uuid());
    assertThat(late.identity()).isEqualTo(late.record().uuid());
  }

  @Test
  void attachReturnsWhenTheDaemonListensSoThatNoGuestLosesItsFirstSegment() {
    Guest guest = node.guest().start();
    guest.attach();

    String listening = guest.attachment().command("ss", "-Hltn").run().orFail();

    assertThat(listening).contains(":9697");
    assertThat(node.attachments()).isDirectoryNotContaining("glob:**.waiting");
  }

  @Test
  void attachWaitsForNobodyWhereTheDaemonIsGone() throws IOException {
    Path mark = node.attachments().resolve(".daemon");
    String running = Files.readString(mark);
    Guest guest = node.guest().start();
    try {
      // Above what the kernel gives out.
      Files.writeString(mark, "4194305\n");
      guest.attach();
    } finally {
      Files.writeString(mark, running);
    }
    assertThat(node.attachments()).isDirectoryNotContaining("glob:**.waiting");
    daemon.awaitListening(guest);
  }

  @Test
  void detachClosesTheGuestsConnectionsAndLeavesNothing() {
    Guest guest = node.guest().start();
    Wiring before = node.wiring();
    guest.record().write();
    guest.attach();
    daemon.awaitListening(guest);
    assertThat(node.wiring()).isNotEqualTo(before);

    Connection connection = guest.connect();
    assertThat(connection.get(META_DATA_JSON).status()).isEqualTo(200);

    guest.detach();

    assertThat(connection.ends()).isTrue();
    await().untilAsserted(() -> assertThat(node.wiring()).isEqualTo(before));
  }

  @Test
  void tapThatIsPluggedAnewUnderItsNameIsAnotherGuest() {
    Guest first = node.vm("first");
    assertThat(first.connect().get(META_DATA_JSON).status()).isEqualTo(200);
    try (KeptNamespace old = first.attachment().keep()) {
      assertThat(old.connections()).isEqualTo(1);

      node.namespace().ip("link del " + first.tap());
      Guest second = node.guest().tap(first.tap()).start();
      second.record().write();
      second.attach();

      daemon.awaitReady().awaitListening(second);
      assertThat(second.identity()).isEqualTo(second.record().uuid());
      await().until(() -> old.connections() == 0);
    }
  }

  @Test
  void tapThatGoesTakesItsConnectionsAlongBeforeAnybodyDetachesIt() {
    Guest guest = node.vm("guest");
    Connection idle = guest.connect();
    assertThat(idle.get(META_DATA_JSON).status()).isEqualTo(200);

    try (KeptNamespace kept = guest.attachment().keep()) {
      assertThat(kept.connections()).isEqualTo(1);

      node.namespace().ip("link del " + guest.tap());

      await().until(() -> kept.connections() == 0);
    }
    guest.detach();
  }

  @Test
  void detachAndAttachUnderOneNameClosesTheIdleConnectionOfBefore() {
    Guest guest = node.vm("guest");

    Connection idle = guest.connect();
    assertThat(idle.get(META_DATA_JSON).status()).isEqualTo(200);

    guest.detach().attach();
    daemon.awaitReady().awaitListening(guest);

    // The daemon has closed it, but the veth may have been gone before the guest could be told.
    assertThat(idle.endsWhenUsed()).isTrue();
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
  }

  @Test
  void attachingTwiceHarmsNoOpenConnection() throws IOException {
    Guest guest = node.vm("guest");
    FileTime written = writtenAt(guest);
    Traffic traffic = Traffic.of(guest).awaitMore();

    guest.attach();
    guest.attach();

    traffic.awaitMore();
    assertThat(traffic.stop()).extracting(Response::identity).containsOnly(guest.record().uuid());
    assertThat(writtenAt(guest)).isEqualTo(written);
  }

  @Test
  void macThatIsNoLongerLetInLosesItsConnection() {
    Guest guest = node.vm("guest");

    Connection connection = guest.connect();
    assertThat(connection.get(META_DATA_JSON).status()).isEqualTo(200);

    guest.attach("--mac", "fa:16:3e:ff:ff:fe");

    assertThat(connection.ends()).isTrue();
  }

  @Test
  void attachmentFileThatIsWrongIsNamedWhileOthersAreServed() throws IOException {
    Path wrong = node.attachments().resolve("wrong.json");

    Placement.place(wrong, "{\"name\": \"wrong\",\n \"tap\": \"wrong\", \"mode\": \"nets\"}");

    daemon.awaitLog(wrong + ":2: mode: \"nets\" (expected: netns, shared or adopt)");
    await().until(() -> daemon.admin("/readyz").text().contains("\"wrong\": "));
    assertThat(daemon.admin("/readyz").status()).isEqualTo(503);
    assertThat(early.identity()).isEqualTo(early.record().uuid());

    Files.delete(wrong);
    daemon.awaitReady();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void halfWrittenFileIsNamedInOneLineWhileOthersAreServed(double written) throws IOException {
    Path half = node.attachments().resolve("half-%.0f.json".formatted(100 * written));

    Placement.place(half, part(written, Files.readString(file(early))));

    daemon.awaitLog("attachment refused: " + half);
    assertThat(complaints(half)).isOne();
    assertThat(early.identity()).isEqualTo(early.record().uuid());
    Files.delete(half);
    daemon.awaitReady();
    assertThat(complaints(half)).isOne();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void halfWrittenFileLeavesItsGuestServedAsItWas(double written) throws IOException {
    Guest guest = node.vm("guest");
    String whole = Files.readString(file(guest));
    Connection open = guest.connect();
    assertThat(open.get(META_DATA_JSON).identity()).isEqualTo(guest.record().uuid());

    Placement.place(file(guest), part(written, whole));

    daemon.awaitLog("attachment refused: " + file(guest));
    assertThat(open.get(META_DATA_JSON).identity()).isEqualTo(guest.record().uuid());
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    assertThat(early.identity()).isEqualTo(early.record().uuid());
    assertThat(complaints(file(guest))).isOne();

    Placement.place(file(guest), whole);
    daemon.awaitReady();
    assertThat(open.get(META_DATA_JSON).identity()).isEqualTo(guest.record().uuid());
    guest.detach();
  }

  private static String part(double written, String text) {
    return text.substring(0, (int) (written * text.length()));
  }

  private static long complaints(Path file) {
    return daemon.log().lines().filter(line -> line.contains(file.toString())).count();
  }

  private static Path file(Guest guest) {
    return node.attachments().resolve(guest.tap() + ".json");
  }

  private FileTime writtenAt(Guest guest) throws IOException {
    return Files.getLastModifiedTime(file(guest));
  }
}
