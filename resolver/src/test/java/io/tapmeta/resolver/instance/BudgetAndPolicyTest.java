package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Budget.Part;
import io.tapmeta.resolver.instance.Policy.Subject;
import io.tapmeta.resolver.instance.Policy.Tokens;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a record says about how its VM is to be treated. */
class BudgetAndPolicyTest {
  @Test
  void everyPartOfABudgetIsRead() {
    Instance instance =
        read(
            """
            "budget": {"connections": 1, "connections_per_second": 2, "connection_burst": 3,
                       "requests_per_second": 4, "request_burst": 5, "requests_per_connection": 6,
                       "buffered": "64KiB"}
            """);
    assertThat(instance.budget())
        .isEqualTo(
            new Budget(
                Map.of(
                    Part.CONNECTIONS, 1,
                    Part.CONNECTIONS_PER_SECOND, 2,
                    Part.CONNECTION_BURST, 3,
                    Part.REQUESTS_PER_SECOND, 4,
                    Part.REQUEST_BURST, 5,
                    Part.REQUESTS_PER_CONNECTION, 6,
                    Part.BUFFERED, 65_536)));
  }

  @Test
  void everyPartOfAPolicyIsRead() {
    Instance instance =
        read(
            """
            "policy": {"endpoint": false, "uniform_errors": true, "tokens": "required",
                       "check_source": true, "hop_limit": 1,
                       "deny": ["openstack", "ec2", "nocloud", "other", "password_writes"]}
            """);
    assertThat(instance.policy())
        .isEqualTo(
            new Policy(
                Optional.of(false),
                Optional.of(Set.of(Subject.values())),
                Optional.of(true),
                Optional.of(Tokens.REQUIRED),
                Optional.of(true),
                Optional.of(1)));
  }

  @Test
  void whatIsNotSaidIsLeftToTheNode() {
    Instance instance = read("\"budget\": {}, \"policy\": {}");
    assertThat(instance.budget()).isEqualTo(Budget.UNSAID);
    assertThat(instance.policy()).isEqualTo(Policy.UNSAID);
    assertThat(Policy.OPEN.with(instance.policy())).isEqualTo(Policy.OPEN);
    assertThat(Budget.UNLIMITED.with(instance.budget())).isEqualTo(Budget.UNLIMITED);
  }

  /** An empty list is something said: nothing is denied, whatever the node denies. */
  @Test
  void whatIsSaidHoldsBeforeTheNodes() {
    Policy node =
        new Policy(
            Optional.empty(),
            Optional.of(Set.of(Subject.EC2)),
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Policy merged = Policy.OPEN.with(node).with(read("\"policy\": {\"deny\": []}").policy());
    assertThat(merged.deny()).contains(Set.of());
    assertThat(merged.uniformErrors()).contains(true);
    Budget budget = Budget.UNLIMITED.with(read("\"budget\": {\"connections\": 7}").budget());
    assertThat(budget.most(Part.CONNECTIONS)).isEqualTo(7);
    assertThat(budget.most(Part.REQUEST_BURST)).isEqualTo(Integer.MAX_VALUE);
  }

  /** How a VM is treated is no document. */
  @Test
  void aRecordWithIdentityAndPolicyHasNoDocuments() {
    assertThat(read("\"policy\": {\"endpoint\": false}, \"budget\": {}").identityOnly()).isTrue();
    assertThat(read("\"policy\": {}, \"name\": \"x\"").identityOnly()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "budget": {"connections": 0}         | budget.connections: 0 (expected: a whole number from 1 to 1000000000)
          "budget": {"buffered": 4096}         | budget.buffered: 4096 (expected: a size with its unit from 64KiB to 1000MiB)
          "budget": {"buffered": "63KiB"}      | budget.buffered: "63KiB" (expected: a size with its unit from 64KiB to 1000MiB)
          "budget": {"connection": 1}          | budget.connection: unknown key (expected: did you mean connections?)
          "policy": {"deny": ["ec3"]}          | policy.deny[0]: "ec3" (expected: openstack, ec2, nocloud, other or password_writes)
          "policy": {"tokens": "on"}           | policy.tokens: "on" (expected: off, report or required)
          "policy": {"endpoint": "no"}         | policy.endpoint: "no" (expected: true or false)
          "policy": {"hop_limit": 0}           | policy.hop_limit: 0 (expected: a whole number from 1 to 64)
          "policy": {"hop_limit": 65}          | policy.hop_limit: 65 (expected: a whole number from 1 to 64)
          "policy": {"token": "off"}           | policy.token: unknown key (expected: did you mean tokens?)
          """)
  void whatIsWrongIsNamed(String members, String message) {
    Faults faults = new Faults("record");
    assertThat(InstanceReader.read(text(members), faults)).isEmpty();
    assertThat(faults.list())
        .extracting(Fault::toString)
        .singleElement()
        .asString()
        .contains(message);
  }

  private static Instance read(String members) {
    Faults faults = new Faults("record");
    return InstanceReader.read(text(members), faults)
        .orElseThrow(() -> new AssertionError(List.copyOf(faults.list())));
  }

  private static byte[] text(String members) {
    return """
        {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11",
         "ports": [{"mac": "fa:16:3e:00:00:01"}], %s}
        """
        .formatted(members)
        .getBytes(StandardCharsets.UTF_8);
  }
}
