package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Captured.ADOPTED;
import static io.tapmeta.proxy.doctor.Captured.MAC;
import static io.tapmeta.proxy.doctor.Captured.NETWORK;
import static io.tapmeta.proxy.doctor.Captured.OWN;
import static io.tapmeta.proxy.doctor.Captured.PLACES;
import static io.tapmeta.proxy.doctor.Captured.TAP;
import static io.tapmeta.proxy.doctor.Captured.json;
import static io.tapmeta.proxy.doctor.Captured.pinned;
import static io.tapmeta.proxy.doctor.Captured.port;
import static io.tapmeta.proxy.doctor.Captured.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.doctor.Finding.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestStepsTest {
  private static final String OTHER = "fa:16:3e:5a:01:99";
  private static final List<Neighbour> SEEN = Neighbour.all(json(text("neigh.json")));

  @Test
  void theGuestIsShownWithItsAddresses() {
    assertThat(GuestSteps.neighbour(OWN, SEEN, Optional.of(List.of(port("a", MAC))), List.of()))
        .isEqualTo(Finding.ok(Step.NEIGHBOUR, MAC + " at 10.0.0.5, fe80::f816:3eff:fe00:1"));
  }

  @Test
  void aGuestWithAnotherMacThanItsRecordIsNamedWithBoth() {
    assertThat(GuestSteps.neighbour(OWN, SEEN, Optional.of(List.of(port("a", OTHER))), List.of()))
        .isEqualTo(
            Finding.broken(
                Step.NEIGHBOUR,
                "%s at 10.0.0.5, fe80::f816:3eff:fe00:1 (expected: %s, the MAC in a)"
                    .formatted(MAC, OTHER)));
  }

  @Test
  void aGuestWithAnotherMacThanThePinnedOneIsBroken() {
    assertThat(GuestSteps.neighbour(pinned(OTHER), SEEN, Optional.empty(), List.of()).seen())
        .endsWith("(expected: %s, to which the attachment is pinned)".formatted(OTHER));
    assertThat(GuestSteps.neighbour(pinned(MAC), SEEN, Optional.empty(), List.of()).verdict())
        .isEqualTo(Verdict.OK);
  }

  @Test
  void nobodySeenIsUnknown() {
    assertThat(GuestSteps.neighbour(OWN, List.of(), Optional.empty(), List.of()))
        .isEqualTo(Finding.unknown(Step.NEIGHBOUR, "nobody seen on md0"));
    List<Neighbour> silent = Neighbour.all(json("[{\"dst\":\"10.0.0.5\",\"state\":[\"FAILED\"]}]"));
    assertThat(GuestSteps.neighbour(OWN, silent, Optional.empty(), List.of()).seen())
        .isEqualTo("10.0.0.5 does not say its MAC");
  }

  @Test
  void nobodySeenBecauseTheKernelHasNoRoomIsBroken() {
    List<NeighbourTable> tables =
        List.of(table("net.ipv4.x", 900, 7), table("net.ipv6.x", 1_000, 7));
    assertThat(GuestSteps.neighbour(OWN, List.of(), Optional.empty(), tables))
        .isEqualTo(
            Finding.broken(
                Step.NEIGHBOUR,
                "nobody seen on md0, and the kernel's table is full: 1000 of 1024 entries, no room 7"
                    + " times (expected: a higher net.ipv6.x)"));
    assertThat(GuestSteps.neighbour(OWN, SEEN, Optional.empty(), tables).verdict())
        .isEqualTo(Verdict.OK);
  }

  @Test
  void aFullTableThatHasRefusedNobodyIsNoReason() {
    assertThat(
            GuestSteps.neighbour(OWN, List.of(), Optional.empty(), List.of(table("x", 1_000, 0))))
        .isEqualTo(Finding.unknown(Step.NEIGHBOUR, "nobody seen on md0"));
  }

  @Test
  void theRecordIsNamedWithItsFile() {
    assertThat(record(port("a", MAC))).isEqualTo(Finding.ok(Step.RECORD, "uuid-a in a"));
  }

  @Test
  void noRecordIsBrokenWithWhatWasRefused() {
    assertThat(record().seen())
        .isEqualTo("no record for %s and %s (expected: one in /instances)".formatted(TAP, MAC));
    assertThat(
            GuestSteps.record(OWN, List.of(), List.of(), List.of("x.json:3: bad"), PLACES).seen())
        .isEqualTo(
            "no record for %s; refused: x.json:3: bad (expected: one in /instances)"
                .formatted(TAP));
  }

  @Test
  void twoRecordsOfOnePortAreBothNamed() {
    assertThat(record(port("a", MAC), port("b", MAC)))
        .isEqualTo(Finding.broken(Step.RECORD, MAC + " claimed by a and b (expected: one record)"));
  }

  @Test
  void identityAloneNeedsAnUpstream() {
    KnownPort bare = new KnownPort("u", "a", true, Optional.of(TAP), MAC, Optional.empty());
    assertThat(record(bare).seen()).startsWith("a has identity only (expected: ");
    Places withUpstream =
        new Places(PLACES.attachments(), PLACES.records(), PLACES.adminSocket(), 9697, true, true);
    assertThat(GuestSteps.record(OWN, SEEN, List.of(bare), List.of(), withUpstream))
        .isEqualTo(Finding.ok(Step.RECORD, "u in a; identity only, documents are the upstream's"));
  }

  @Test
  void aRecordOfAnotherTapIsNoneHere() {
    KnownPort elsewhere =
        new KnownPort("u", "a", false, Optional.of("tapx"), MAC, Optional.of(NETWORK));
    assertThat(record(elsewhere).verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(elsewhere.isBehind(ADOPTED)).isTrue();
  }

  @Test
  void inAnAdoptedNamespaceAStrangerAmongGuestsIsOnlyNamed() {
    List<Neighbour> two =
        List.of(
            new Neighbour("10.0.0.5", Optional.of(MAC)),
            new Neighbour("10.0.0.6", Optional.of(OTHER)));
    KnownPort known = new KnownPort("u", "a", false, Optional.empty(), MAC, Optional.of(NETWORK));
    assertThat(GuestSteps.record(ADOPTED, two, List.of(known), List.of(), PLACES))
        .isEqualTo(Finding.unknown(Step.RECORD, "u in a; none for " + OTHER));
    assertThat(GuestSteps.record(ADOPTED, two, List.of(), List.of(), PLACES).seen())
        .startsWith("no record for network " + NETWORK + " and ");
  }

  @Test
  void portsAreReadFromTheDaemonsPage() {
    String page =
        """
        [{"uuid": "u", "origin": "a", "identity_only": true, "ports":
          [{"tap": null, "mac": "m", "network_id": "n"}]}]""";
    assertThat(KnownPort.all(json(page)))
        .containsExactly(new KnownPort("u", "a", true, Optional.empty(), "m", Optional.of("n")));
  }

  @Test
  void theLastRequestIsNamedWithWhatBecameOfIt() {
    assertThat(requests(41, 2, "{\"seconds_ago\": 3, \"status\": 200, \"outcome\": \"served\"}"))
        .isEqualTo(
            Finding.ok(Step.REQUESTS, "the last 3 s ago: 200 (served); 41 answered, 2 refused"));
  }

  @Test
  void whereAllWereRefusedTheWayWasNotSeenToBeGood() {
    assertThat(
            requests(
                0, 5, "{\"seconds_ago\": 0, \"status\": 404, \"outcome\": \"unknown_instance\"}"))
        .isEqualTo(
            Finding.unknown(
                Step.REQUESTS, "the last 0 s ago: 404 (unknown_instance); 0 answered, 5 refused"));
  }

  @Test
  void aConnectionThatWasNotTakenInHasNoStatus() {
    assertThat(
            requests(
                1, 1, "{\"seconds_ago\": 9, \"status\": null, \"outcome\": \"mac_not_allowed\"}"))
        .isEqualTo(
            Finding.ok(Step.REQUESTS, "the last 9 s ago: mac_not_allowed; 1 answered, 1 refused"));
  }

  @Test
  void noRequestIsUnknown() {
    Finding none = Finding.unknown(Step.REQUESTS, "none since the daemon began to listen here");
    assertThat(requests(0, 0, "null")).isEqualTo(none);
    assertThat(GuestSteps.requests(Optional.empty())).isEqualTo(none);
  }

  private static Finding requests(int answered, int refused, String last) {
    return GuestSteps.requests(
        Optional.of(
            json(
                "{\"answered\": %d, \"refused\": %d, \"last\": %s}"
                    .formatted(answered, refused, last))));
  }

  private static Finding record(KnownPort... ports) {
    return GuestSteps.record(OWN, SEEN, List.of(ports), List.of(), PLACES);
  }

  private static NeighbourTable table(String sysctl, long entries, long refused) {
    return new NeighbourTable(sysctl, entries, 1_024, refused);
  }
}
