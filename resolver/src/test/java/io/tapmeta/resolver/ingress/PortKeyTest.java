package io.tapmeta.resolver.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PortKeyTest {
  private static final MacAddress MAC = MacAddress.parse("fa:16:3e:00:00:01");
  private static final MacAddress OTHER = MacAddress.parse("fa:16:3e:00:00:02");

  @Test
  void keysOfTheSamePlaceAndMacAreEqual() {
    assertThat(PortKey.onTap("a", MAC))
        .isEqualTo(PortKey.onTap(new String("a"), MacAddress.parse(MAC.toString())))
        .hasSameHashCodeAs(PortKey.onTap("a", MAC));
    assertThat(PortKey.pinned(MAC)).isEqualTo(PortKey.pinned(MAC));
  }

  @Test
  void keysDifferByPlaceNameAndMac() {
    List<PortKey> keys =
        List.of(
            PortKey.onTap("a", MAC),
            PortKey.onTap("b", MAC),
            PortKey.onTap("a", OTHER),
            PortKey.onNetwork("a", MAC),
            PortKey.onTap("", MAC),
            PortKey.onNetwork("", MAC),
            PortKey.pinned(MAC),
            PortKey.pinned(OTHER));
    assertThat(keys).doesNotHaveDuplicates();
  }

  /** "Aa" and "BB" have the same hash in Java,. */
  @Test
  void equalHashesDoNotMakeKeysEqual() {
    assertThat(PortKey.onTap("Aa", MAC))
        .hasSameHashCodeAs(PortKey.onTap("BB", MAC))
        .isNotEqualTo(PortKey.onTap("BB", MAC));
  }

  @Test
  void keysSayWhatTheyAre() {
    assertThat(PortKey.onTap("tap1", MAC)).hasToString("tap tap1, MAC fa:16:3e:00:00:01");
    assertThat(PortKey.onNetwork("n", MAC)).hasToString("network n, MAC fa:16:3e:00:00:01");
    assertThat(PortKey.pinned(MAC)).hasToString("MAC fa:16:3e:00:00:01");
  }
}
