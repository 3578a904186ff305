package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sources a port's packets may have. */
class PortTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.5, true",
    "10.0.0.6, false",
    "fd00::5, true",
    "fd00:0:0:0::5, true",
    "fd00::6, false",
    "fd01::99, true",
    "fd02::99, false",
    "fe80::1234, true",
    "203.0.113.9, false"
  })
  void fixedIpsSubnetsOfItsOwnChoiceAndLinkLocalOnes(String source, boolean may) {
    Port port =
        port(
            """
            [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5"},
             {"cidr": "fd00::/64", "ip_address": "fd00::5"},
             {"cidr": "fd01::/64", "ipv6_address_mode": "slaac"}]
            """);
    assertThat(port.maySendFrom(IpAddress.parse(source))).isEqualTo(may);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.5", "fd00::5"})
  void anyWhereNothingIsKnown(String source) {
    assertThat(port("[]").maySendFrom(IpAddress.parse(source))).isTrue();
  }

  private static Port port(String subnets) {
    String text =
        "{\"uuid\": \"5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11\", \"ports\":"
            + " [{\"mac\": \"fa:16:3e:5a:01:37\", \"subnets\": "
            + subnets
            + "}]}";
    return InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), new Faults("record"))
        .orElseThrow()
        .ports()
        .getFirst();
  }
}
