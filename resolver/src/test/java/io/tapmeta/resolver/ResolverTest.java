package io.tapmeta.resolver;

import static io.tapmeta.resolver.Records.ingress;
import static io.tapmeta.resolver.Records.netns;
import static io.tapmeta.resolver.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.Resolution.Found;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.instance.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResolverTest {
  private static final String MAC = "fa:16:3e:00:00:01";
  private static final String OTHER = "fa:16:3e:00:00:02";

  private final Resolver resolver = new Resolver(Set.of("files"));

  @Test
  void aPortIsFoundByItsTapAndMac() {
    InstanceRecord web = record("web").port(MAC, "tap1", null).make();
    InstanceRecord db = record("db").port(MAC, "tap2", null).port(OTHER, "tap3", null).make();
    publish(web, db);
    assertFound(netns("tap1", MAC), web, 0);
    assertFound(netns("tap2", MAC), db, 0);
    assertFound(netns("tap3", OTHER), db, 1);
  }

  @Test
  void anotherMacOnTheTapIsUnknown() {
    publish(record("web").port(MAC, "tap1", "net").make());
    assertThat(resolver.resolve(netns("tap1", OTHER))).isEqualTo(Resolution.UNKNOWN);
  }

  @Test
  void theMacOnAnotherTapIsUnknown() {
    publish(record("web").port(MAC, "tap1", null).make());
    assertThat(resolver.resolve(netns("tap2", MAC))).isEqualTo(Resolution.UNKNOWN);
  }

  /** A guest may put any MAC on its own tap, also one of its network. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"NETNS", "SHARED"})
  void aPortWithATapIsNotFoundThroughItsNetworkFromAnotherTap(Mode mode) {
    publish(record("web").port(MAC, "tap1", "net").make());
    assertThat(resolver.resolve(ingress(mode, "tap2", "net", MAC))).isEqualTo(Resolution.UNKNOWN);
    assertThat(resolver.resolve(ingress(mode, "tap2", "net", MAC, MAC)))
        .isEqualTo(Resolution.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aPortWithoutATapIsFoundOnItsNetworkWhereTheWiringPinsItsMac(Mode mode) {
    InstanceRecord web = record("web").port(MAC, null, "net").make();
    publish(web);
    assertFound(ingress(mode, "tap9", "net", MAC, MAC), web, 0);
    assertThat(resolver.resolve(ingress(mode, "tap9", "net2", MAC, MAC)))
        .isEqualTo(Resolution.UNKNOWN);
    assertThat(resolver.resolve(ingress(mode, "tap9", null, MAC, MAC)))
        .isEqualTo(Resolution.UNKNOWN);
    assertThat(resolver.resolve(ingress(mode, "tap9", "net", OTHER, MAC)))
        .isEqualTo(Resolution.UNKNOWN);
  }

  /** Else its neighbours on the network would get its documents by sending with its MAC. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"NETNS", "SHARED"})
  void aPortWithoutATapIsNotFoundByTheMacAloneThatAGuestSendsWith(Mode mode) {
    publish(record("web").port(MAC, null, "net").make());
    assertThat(resolver.resolve(ingress(mode, "tap9", "net", MAC))).isEqualTo(Resolution.UNKNOWN);
  }

  @Test
  void adoptedNetworksFindPortsWithAndWithoutATap() {
    InstanceRecord web = record("web").port(MAC, "tap1", "net").make();
    InstanceRecord db = record("db").port(OTHER, null, "net").make();
    publish(web, db);
    assertFound(ingress(Mode.ADOPT, "name", "net", MAC), web, 0);
    assertFound(ingress(Mode.ADOPT, "name", "net", OTHER), db, 0);
    assertThat(resolver.resolve(ingress(Mode.ADOPT, "name", "net2", MAC)))
        .isEqualTo(Resolution.UNKNOWN);
  }

  /** In adopt mode the attachment's tap is only a name, and a port's tap may happen to be it. */
  @Test
  void adoptedNetworksDoNotFindPortsByTheNameOfTheAttachment() {
    publish(record("web").port(MAC, "tap1", "net").make());
    assertThat(resolver.resolve(ingress(Mode.ADOPT, "tap1", "net2", MAC)))
        .isEqualTo(Resolution.UNKNOWN);
    assertThat(resolver.resolve(ingress(Mode.ADOPT, "tap1", null, MAC)))
        .isEqualTo(Resolution.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aPortOfWhichOnlyTheMacIsKnownIsFoundWhereTheWiringPinsIt(Mode mode) {
    InstanceRecord web = record("web").port(MAC, null, null).make();
    publish(web);
    assertFound(ingress(mode, "tap1", null, MAC, MAC), web, 0);
    assertFound(ingress(mode, "tap1", "net", MAC, OTHER, MAC), web, 0);
    assertThat(resolver.resolve(ingress(mode, "tap1", null, MAC))).isEqualTo(Resolution.UNKNOWN);
    assertThat(resolver.resolve(ingress(mode, "tap1", "net", MAC, OTHER)))
        .isEqualTo(Resolution.UNKNOWN);
  }

  @Test
  void aPinDoesNotFindAPortThatNamesAPlace() {
    publish(record("web").port(MAC, "tap1", null).make());
    assertThat(resolver.resolve(ingress(Mode.NETNS, "tap2", null, MAC, MAC)))
        .isEqualTo(Resolution.UNKNOWN);
  }

  @Test
  void theTapIsStrongerThanTheNetworkAndTheNetworkThanThePin() {
    InstanceRecord byTap = record("tap").port(MAC, "tap1", null).make();
    InstanceRecord byNetwork = record("net").port(MAC, null, "net").make();
    InstanceRecord byPin = record("pin").port(MAC, null, null).make();
    publish(byPin, byNetwork, byTap);
    assertFound(ingress(Mode.NETNS, "tap1", "net", MAC, MAC), byTap, 0);
    assertFound(ingress(Mode.NETNS, "tap2", "net", MAC, MAC), byNetwork, 0);
    assertFound(ingress(Mode.NETNS, "tap2", "net2", MAC, MAC), byPin, 0);
  }

  @Test
  void twoRecordsOnOneTapAndMacAreBothRefused() {
    publish(record("a").port(MAC, "tap1", null).make(), record("b").port(MAC, "tap1", null).make());
    assertThat(resolver.resolve(netns("tap1", MAC))).isEqualTo(Resolution.AMBIGUOUS);
    assertThat(resolver.index().conflicts())
        .containsExactly(
            "tap tap1, MAC fa:16:3e:00:00:01: claimed by a and b (expected: one record)");
  }

  @Test
  void twoRecordsOnOneNetworkAndMacAreRefusedOnTheirTapsToo() {
    publish(
        record("a").port(MAC, "tap1", "net").make(), record("b").port(MAC, "tap2", "net").make());
    assertThat(resolver.resolve(netns("tap1", MAC))).isEqualTo(Resolution.AMBIGUOUS);
    assertThat(resolver.resolve(netns("tap2", MAC))).isEqualTo(Resolution.AMBIGUOUS);
    assertThat(resolver.resolve(ingress(Mode.ADOPT, "x", "net", MAC)))
        .isEqualTo(Resolution.AMBIGUOUS);
    assertThat(resolver.index().conflicts()).hasSize(1);
  }

  @Test
  void twoRecordsOnOneTapAreRefusedOnTheirNetworksToo() {
    publish(
        record("a").port(MAC, "tap1", "net-a").make(),
        record("b").port(MAC, "tap1", "net-b").make());
    for (String network : List.of("net-a", "net-b")) {
      assertThat(resolver.resolve(ingress(Mode.ADOPT, "x", network, MAC)))
          .isEqualTo(Resolution.AMBIGUOUS);
    }
  }

  @Test
  void twoRecordsOfWhichOnlyTheMacIsKnownAreBothRefused() {
    publish(record("a").port(MAC, null, null).make(), record("b").port(MAC, null, null).make());
    assertThat(resolver.resolve(ingress(Mode.NETNS, "tap1", null, MAC, MAC)))
        .isEqualTo(Resolution.AMBIGUOUS);
  }

  @Test
  void aConflictLeavesTheRecordsOtherPortsAlone() {
    InstanceRecord a = record("a").port(MAC, "tap1", null).port(OTHER, "tap2", null).make();
    publish(a, record("b").port(MAC, "tap1", null).make());
    assertFound(netns("tap2", OTHER), a, 1);
  }

  @Test
  void aConflictEndsWithTheNextPublication() {
    InstanceRecord a = record("a").port(MAC, "tap1", null).make();
    publish(a, record("b").port(MAC, "tap1", null).make());
    publish(a);
    assertFound(netns("tap1", MAC), a, 0);
    assertThat(resolver.index().conflicts()).isEmpty();
  }

  @Test
  void recordsOfTwoSourcesConflictToo() {
    Resolver both = new Resolver(Set.of("files", "ovsdb"));
    both.publish("files", List.of(record("a").port(MAC, "tap1", null).make()));
    both.publish("ovsdb", List.of(record("b").port(MAC, "tap1", null).make()));
    assertThat(both.resolve(netns("tap1", MAC))).isEqualTo(Resolution.AMBIGUOUS);
  }

  @Test
  void nobodyIsUnknownBeforeEverySourceHasPublished() {
    Resolver both = new Resolver(Set.of("files", "ovsdb"));
    InstanceRecord web = record("web").port(MAC, "tap1", null).make();
    assertThat(both.resolve(netns("tap1", MAC))).isEqualTo(Resolution.NOT_READY);
    assertThat(both.isReady()).isFalse();
    both.publish("files", List.of(web));
    assertThat(both.resolve(netns("tap1", MAC))).isEqualTo(new Found(web, port(web, 0)));
    assertThat(both.resolve(netns("tap2", MAC))).isEqualTo(Resolution.NOT_READY);
    assertThat(both.isReady()).isFalse();
    both.publish("files", List.of());
    assertThat(both.isReady()).isFalse();
    both.publish("ovsdb", List.of());
    assertThat(both.isReady()).isTrue();
    assertThat(both.resolve(netns("tap1", MAC))).isEqualTo(Resolution.UNKNOWN);
  }

  @Test
  void aResolverWithoutSourcesIsReady() {
    assertThat(new Resolver(Set.of()).resolve(netns("tap1", MAC))).isEqualTo(Resolution.UNKNOWN);
  }

  @Test
  void aPublicationReplacesAllThatItsSourceHadAndNothingOfOthers() {
    Resolver both = new Resolver(Set.of("files", "ovsdb"));
    InstanceRecord kept = record("kept").port(OTHER, "tap2", null).make();
    both.publish("files", List.of(record("old").port(MAC, "tap1", null).make()));
    both.publish("ovsdb", List.of(kept));
    both.publish("files", List.of());
    assertThat(both.resolve(netns("tap1", MAC))).isEqualTo(Resolution.UNKNOWN);
    assertThat(both.index().records()).containsExactly(kept);
  }

  @Test
  void aPublicationIsACopy() {
    List<InstanceRecord> records = new ArrayList<>();
    InstanceRecord web = record("web").port(MAC, "tap1", null).make();
    records.add(web);
    resolver.publish("files", records);
    records.clear();
    assertFound(netns("tap1", MAC), web, 0);
    assertThat(resolver.index().records()).containsExactly(web);
  }

  @Test
  void listenersAreToldAfterTheIndexIsInForce() {
    InstanceRecord web = record("web").port(MAC, "tap1", null).make();
    List<Resolution> seen = new ArrayList<>();
    resolver.onPublication(_ -> seen.add(resolver.resolve(netns("tap1", MAC))));
    publish(web);
    publish();
    assertThat(seen).containsExactly(new Found(web, port(web, 0)), Resolution.UNKNOWN);
  }

  /** The oracle goes through all ports for each question, where the index looks in its map. */
  @Test
  void anyRecordsAreFoundAsTheRulesSay() {
    Random random = new Random(31);
    String[] taps = {null, "tap1", "tap2", "tap3"};
    String[] networks = {null, "n1", "n2"};
    String[] macs = {MAC, OTHER, "fa:16:3e:00:00:03"};
    int found = 0;
    int ambiguous = 0;
    for (int i = 0; i < 2000; i++) {
      List<InstanceRecord> records = new ArrayList<>();
      for (int r = random.nextInt(5); r > 0; r--) {
        records.add(
            record("r" + r)
                .port(any(random, macs), any(random, taps), any(random, networks))
                .make());
      }
      RecordIndex index = RecordIndex.of(records);
      for (int q = 0; q < 20; q++) {
        String mac = any(random, macs);
        String[] pins = random.nextBoolean() ? new String[] {mac} : new String[0];
        Ingress ingress =
            ingress(
                any(random, Mode.values()),
                taps[1 + random.nextInt(3)],
                any(random, networks),
                mac,
                pins);
        Resolution expected = Oracle.resolve(records, ingress);
        assertThat(index.resolve(ingress)).as("%s in %s", ingress, records).isEqualTo(expected);
        found += expected instanceof Found ? 1 : 0;
        ambiguous += expected == Resolution.AMBIGUOUS ? 1 : 0;
      }
    }
    assertThat(found).isGreaterThan(1000);
    assertThat(ambiguous).isGreaterThan(1000);
  }

  /** However an index came about, it says what one made at once from the same records says. */
  @Test
  void anIndexThatChangedOftenIsTheOneThatItsRecordsMake() {
    Random random = new Random(32);
    String[] taps = {null, "tap1", "tap2", "tap3"};
    String[] networks = {null, "n1", "n2"};
    String[] macs = {MAC, OTHER, "fa:16:3e:00:00:03"};
    List<InstanceRecord> records = new ArrayList<>();
    RecordIndex index = RecordIndex.empty();
    for (int i = 0; i < 3000; i++) {
      List<InstanceRecord> removed = new ArrayList<>();
      records.removeIf(record -> random.nextInt(3) == 0 && removed.add(record));
      List<InstanceRecord> added = new ArrayList<>();
      for (int r = random.nextInt(3); r > 0; r--) {
        int mac = random.nextInt(3);
        added.add(
            record("r" + i + r)
                .port(macs[mac], any(random, taps), any(random, networks))
                .port(macs[(mac + 1) % 3], any(random, taps), any(random, networks))
                .make());
      }
      records.addAll(added);
      index = index.with(added, removed);
      RecordIndex made = RecordIndex.of(records);
      assertThat(index.size()).isEqualTo(records.size());
      assertThat(index.records()).containsExactlyInAnyOrderElementsOf(records);
      assertThat(index.conflicts()).hasSameSizeAs(made.conflicts());
      for (String mac : macs) {
        for (String tap : List.of("tap1", "tap2", "tap3")) {
          assertThat(index.onTap(tap)).containsExactlyInAnyOrderElementsOf(made.onTap(tap));
          Ingress ingress = ingress(any(random, Mode.values()), tap, any(random, networks), mac);
          assertThat(index.resolve(ingress)).isEqualTo(made.resolve(ingress));
        }
      }
    }
  }

  @SafeVarargs
  private static <T> T any(Random random, T... of) {
    return of[random.nextInt(of.length)];
  }

  private void publish(InstanceRecord... records) {
    resolver.publish("files", Arrays.asList(records));
  }

  private void assertFound(Ingress ingress, InstanceRecord record, int port) {
    assertThat(resolver.resolve(ingress)).isEqualTo(new Found(record, port(record, port)));
  }

  private static Port port(InstanceRecord record, int index) {
    return record.instance().ports().get(index);
  }
}
