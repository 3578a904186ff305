package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Captured.ADOPTED;
import static io.tapmeta.proxy.doctor.Captured.NETNS;
import static io.tapmeta.proxy.doctor.Captured.OWN;
import static io.tapmeta.proxy.doctor.Captured.SHARED;
import static io.tapmeta.proxy.doctor.Captured.json;
import static io.tapmeta.proxy.doctor.Captured.links;
import static io.tapmeta.proxy.doctor.Captured.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.doctor.Finding.Verdict;
import io.tapmeta.resolver.text.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceStepsTest {
  private static final JsonValue NONE = json("[]");

  @Test
  void aNamespaceIsThereOrGoneOrAStaleFile() {
    Said good = new Said("ip", 0, "[]", "");
    Said stale =
        new Said(
            "ip",
            255,
            "",
            "setting the network namespace \"" + NETNS + "\" failed: Invalid argument\n");
    assertThat(NamespaceSteps.namespace(OWN, true, good))
        .isEqualTo(Finding.ok(Step.NAMESPACE, NETNS));
    assertThat(NamespaceSteps.namespace(OWN, false, stale).seen())
        .startsWith(NETNS + ": no such network namespace (expected: as tapmeta-attach");
    assertThat(NamespaceSteps.namespace(OWN, true, stale).seen())
        .startsWith(NETNS + ": a stale file, no network namespace (expected: ");
  }

  @Test
  void bothAddressesAreShown() {
    assertThat(NamespaceSteps.addresses(OWN, links("address.json", "", ""), NONE))
        .isEqualTo(Finding.ok(Step.ADDRESSES, "169.254.169.254 and fe80::a9fe:a9fe on md0"));
  }

  @Test
  void withoutIpv6ItIsSaidAndNotBroken() {
    assertThat(
            NamespaceSteps.addresses(
                OWN, links("address.json", "fe80::a9fe:a9fe", "fe80::1"), NONE))
        .isEqualTo(Finding.ok(Step.ADDRESSES, "169.254.169.254 on md0; no IPv6"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"md0\"           | \"md1\"   | md0: not in namespace tapmeta-tap0d1fa6a8-94",
        "\"MULTICAST\",\"UP\" | \"MULTICAST\" | md0: down",
        "169.254.169.254   | 169.254.0.1 | no address 169.254.169.254 on md0"
      })
  void whatIsMissingInsideIsNamed(String what, String by, String seen) {
    Finding finding = NamespaceSteps.addresses(OWN, links("address.json", what, by), NONE);
    assertThat(finding.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(finding.seen()).startsWith(seen);
  }

  @Test
  void anAdoptedNamespaceMayHaveTheAddressByARouteInstead() {
    var links = links("adopted-address.json", "169.254.169.254", "10.0.0.3");
    JsonValue rules =
        json(
            """
            [{"priority":1690,"src":"all","dst":"169.254.169.254","iif":"qd0","table":"43518"}]""");
    assertThat(NamespaceSteps.addresses(ADOPTED, links, rules))
        .isEqualTo(Finding.ok(Step.ADDRESSES, "169.254.169.254 by a route on qd0; no IPv6"));
    assertThat(NamespaceSteps.addresses(ADOPTED, links, NONE).verdict()).isEqualTo(Verdict.BROKEN);
  }

  @Test
  void aSharedTapNeedsTheRuleAndTheRoute() {
    JsonValue rules = json(text("shared-rule.json"));
    JsonValue routes = json(text("shared-route.json"));
    assertThat(NamespaceSteps.route(SHARED, rules, routes).verdict()).isEqualTo(Verdict.OK);
    assertThat(NamespaceSteps.route(SHARED, NONE, routes).seen())
        .startsWith("no rule for what is marked");
    assertThat(NamespaceSteps.route(SHARED, rules, NONE).seen())
        .startsWith("no route in table 43518 for what is marked");
  }
}
