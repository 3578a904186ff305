package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.instance.Policy;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HopLimitsTest {
  private static final String MAC = "fa:16:3e:00:00:01";

  private final Resolver resolver = new Resolver(Set.of("records"));
  private final List<InstanceRecord> records = new ArrayList<>();

  @Test
  void withoutRecordsItIsTheNodes() {
    assertThat(node(Optional.of(5)).of(on("tap1", Mode.NETNS))).isEqualTo(5);
    assertThat(node(Optional.empty()).of(on("tap1", Mode.NETNS))).isEqualTo(Policy.SYSTEMS_HOPS);
  }

  @Test
  void aRecordsIsThatOfItsTapAlone() {
    publish("\"tap\": \"tap1\"", "1");
    assertThat(node(Optional.of(5)).of(on("tap1", Mode.NETNS))).isEqualTo(1);
    assertThat(node(Optional.of(5)).of(on("tap1", Mode.SHARED))).isEqualTo(1);
    assertThat(node(Optional.of(5)).of(on("tap2", Mode.NETNS))).isEqualTo(5);
  }

  /** Nobody is to be kept from a connection that his own limit would allow. */
  @Test
  void ofSeveralOnATapTheMostCounts() {
    publish("\"tap\": \"tap1\"", "1");
    publish("\"tap\": \"tap1\"", "3");
    assertThat(node(Optional.of(9)).of(on("tap1", Mode.NETNS))).isEqualTo(3);
    publish("\"tap\": \"tap1\"", "null");
    assertThat(node(Optional.of(9)).of(on("tap1", Mode.NETNS))).isEqualTo(9);
    assertThat(node(Optional.empty()).of(on("tap1", Mode.NETNS))).isEqualTo(Policy.SYSTEMS_HOPS);
  }

  @Test
  void aPinnedMacLeadsToARecordThatNamesNoTap() {
    publish("\"network_id\": null", "2");
    Attachment pinned =
        new Attachment(
            "a",
            "tap9",
            Mode.NETNS,
            Optional.empty(),
            "md0",
            Optional.empty(),
            Set.of(MacAddress.parse(MAC)));
    assertThat(node(Optional.empty()).of(pinned)).isEqualTo(2);
  }

  @Test
  void nobodysRecordSpeaksForAWholeNetwork() {
    publish("\"tap\": \"net1\"", "1");
    assertThat(node(Optional.of(5)).of(on("net1", Mode.ADOPT))).isEqualTo(5);
  }

  private HopLimits node(Optional<Integer> limit) {
    return new HopLimits(resolver, limit);
  }

  private static Attachment on(String tap, Mode mode) {
    return new Attachment(tap, tap, mode, Optional.empty(), "md0", Optional.empty(), Set.of());
  }

  private void publish(String place, String hops) {
    String text =
        """
        {"uuid": "5f0c1c1e-7d0a-4c59-9a86-00000000000%d", "policy": {"hop_limit": %s},
         "ports": [{"mac": "fa:16:3e:00:00:0%d", %s}]}
        """
            .formatted(records.size(), hops, records.size() + 1, place);
    Faults faults = new Faults("record");
    Instance instance =
        InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)
            .orElseThrow(() -> new AssertionError(faults.list()));
    records.add(new InstanceRecord(instance, records.size(), "record"));
    resolver.publish("records", records);
  }
}
