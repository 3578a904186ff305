package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Captured.HOST_END;
import static io.tapmeta.proxy.doctor.Captured.OWN;
import static io.tapmeta.proxy.doctor.Captured.SHARED;
import static io.tapmeta.proxy.doctor.Captured.SHARED_TAP;
import static io.tapmeta.proxy.doctor.Captured.TAP;
import static io.tapmeta.proxy.doctor.Captured.links;
import static io.tapmeta.proxy.doctor.Captured.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.doctor.Finding.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostStepsTest {
  private static final List<Link> LINKS = links("link.json", "", "");
  private static final Ruleset RULES = rules("steering.json", "", "");

  @Test
  void aTapThatIsUpIsShownWithItsIndexAndBridge() {
    assertThat(HostSteps.tap(OWN, LINKS))
        .isEqualTo(Finding.ok(Step.TAP, TAP + " up, index 3, port of br0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tap0d1fa6a8-94\"     | \"tapx\"               | : no such interface",
        "\"ifindex\":3          | \"ifindex\":12         | : index 12, plugged anew since it was wired with index 3"
      })
  void aTapThatIsNotTheOneThatWasWiredIsBroken(String what, String by, String seen) {
    Finding finding = HostSteps.tap(OWN, links("link.json", what, by));
    assertThat(finding.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(finding.seen()).startsWith(TAP + seen);
  }

  @Test
  void aTapThatIsDownIsBroken() {
    assertThat(HostSteps.tap(OWN, down(TAP)))
        .isEqualTo(Finding.broken(Step.TAP, TAP + ": down (expected: up)"));
  }

  @Test
  void aTapThatNobodyHasOpenIsUnknown() {
    List<Link> links =
        links(
            "link.json",
            "\"UP\",\"LOWER_UP\"],\"mtu\":1500",
            "\"NO-CARRIER\",\"UP\"],\"mtu\":1500");
    assertThat(HostSteps.tap(OWN, links).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aSharedTapMustNotBeAPortOfABridge() {
    List<Link> links = links("link.json", TAP, SHARED_TAP);
    assertThat(HostSteps.tap(SHARED, links).seen()).contains("a port of br0");
  }

  @Test
  void framesOfBothWaysAreCounted() {
    assertThat(HostSteps.steering(OWN, Optional.of(RULES), LINKS))
        .isEqualTo(Finding.ok(Step.STEERING, "56 frames from the guest, 54 back"));
  }

  @Test
  void noFrameAtAllIsUnknown() {
    String packets = "\"packets\": ";
    Ruleset none = rules("steering.json", packets, "\"packets\": 0, \"was\": ");
    Finding finding = HostSteps.steering(OWN, Optional.of(none), LINKS);
    assertThat(finding.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(finding.seen()).startsWith("no frame for 169.254.169.254 so far");
  }

  @Test
  void framesThatWereDroppedAreNamed() {
    Ruleset dropped =
        rules(
            "steering.json",
            "{\"counter\": {\"packets\": 0, \"bytes\": 0}}, {\"drop\": null}",
            "{\"counter\": {\"packets\": 2, \"bytes\": 0}}, {\"drop\": null}");
    assertThat(HostSteps.steering(OWN, Optional.of(dropped), LINKS).seen())
        .matches("56 frames from the guest, 54 back, \\d+ dropped: too many source addresses");
  }

  @ParameterizedTest
  @CsvSource({"from_,from_", "to_,to_"})
  void aChainThatIsGoneIsNamed(String prefix, String named) {
    Ruleset without = rules("steering.json", '"' + prefix + TAP, "\"x_" + TAP);
    assertThat(HostSteps.steering(OWN, Optional.of(without), LINKS))
        .isEqualTo(
            Finding.broken(
                Step.STEERING,
                "no rules in chain "
                    + named
                    + TAP
                    + " of table netdev tapmeta"
                    + HostSteps.repaired(TAP)));
  }

  @Test
  void chainsWithoutTheirHooksAreBroken() {
    Ruleset unhooked = rules("steering.json", "\"hook\"", "\"unhooked\"");
    assertThat(HostSteps.steering(OWN, Optional.of(unhooked), LINKS).verdict())
        .isEqualTo(Verdict.BROKEN);
  }

  @Test
  void steeringToAnotherInterfaceIsBroken() {
    Ruleset elsewhere = rules("steering.json", HOST_END, "4");
    assertThat(HostSteps.steering(OWN, Optional.of(elsewhere), LINKS).seen())
        .startsWith("from_" + TAP + " leads to [4], not to " + HOST_END);
  }

  @Test
  void rulesForAllTapsLeadToTheInterfaceWithTheOppositeIndex() {
    Ruleset common =
        rules(
            "steering.json",
            "\"fwd\": {\"dev\": \"" + HOST_END + "\"}",
            "\"jump\": {\"target\": \"asked\"}");
    List<Link> opposite = links("link.json", "\"ifindex\":4", "\"ifindex\":1073741827");
    assertThat(HostSteps.steering(OWN, Optional.of(common), opposite))
        .isEqualTo(Finding.ok(Step.STEERING, "56 frames from the guest, 54 back"));
    assertThat(HostSteps.steering(OWN, Optional.of(common), LINKS).seen())
        .startsWith("from_" + TAP + " leads to [], not to " + HOST_END);
  }

  @Test
  void theTableThatIsGoneIsNamed() {
    assertThat(HostSteps.steering(OWN, Optional.empty(), LINKS).seen())
        .startsWith("no table netdev tapmeta (expected: ");
  }

  @Test
  void whereThePairIsGoneItsChainIsNotToBlame() {
    Ruleset without = rules("steering.json", "\"to_" + TAP, "\"x_" + TAP);
    assertThat(HostSteps.steering(OWN, Optional.of(without), unpaired()).verdict())
        .isNotEqualTo(Verdict.BROKEN);
  }

  @Test
  void thePairIsBrokenOnlyWhereItsNamespaceIsThere() {
    assertThat(HostSteps.veth(OWN, LINKS, true)).isEqualTo(Finding.ok(Step.VETH, HOST_END + " up"));
    assertThat(HostSteps.veth(OWN, unpaired(), true).verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(HostSteps.veth(OWN, unpaired(), false).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(HostSteps.veth(OWN, down(HOST_END), true).seen()).startsWith(HOST_END + ": down");
  }

  @Test
  void aPairOfAnotherNamespaceIsBroken() {
    List<Link> links = links("link.json", " tapmeta-" + TAP, " other");
    assertThat(HostSteps.veth(OWN, links, true).seen())
        .startsWith(HOST_END + ": made for namespace other, not tapmeta-" + TAP);
  }

  @Test
  void aSharedTapIsInEverySetOrItIsNamedWhichItIsNotIn() {
    Optional<Ruleset> arp = Optional.of(rules("shared-arp.json", "", ""));
    Optional<Ruleset> inet = Optional.of(rules("shared-inet.json", "", ""));
    assertThat(HostSteps.sharing(SHARED, arp, inet).verdict()).isEqualTo(Verdict.OK);
    assertThat(HostSteps.sharing(SHARED, Optional.empty(), inet).seen())
        .contains("not among the taps of table arp tapmeta");
    assertThat(HostSteps.sharing(SHARED, arp, Optional.empty()).seen())
        .contains("not among the taps of table inet tapmeta");
    String zone = "[[\"" + SHARED_TAP + "\", 5]]";
    assertThat(
            HostSteps.sharing(SHARED, arp, Optional.of(rules("shared-inet.json", zone, "[]")))
                .seen())
        .contains("not among the zones of table inet tapmeta");
  }

  /** Only that interface has lost its flag. */
  private static List<Link> down(String name) {
    return LINKS.stream()
        .map(
            link ->
                link.name().equals(name)
                    ? new Link(
                        name,
                        link.index(),
                        false,
                        link.carrier(),
                        link.master(),
                        link.wired(),
                        link.addresses())
                    : link)
        .toList();
  }

  private static List<Link> unpaired() {
    return LINKS.stream().filter(link -> !link.name().equals(HOST_END)).toList();
  }
}
