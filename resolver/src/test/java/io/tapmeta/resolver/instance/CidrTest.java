package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 255.255.255.0, 10.0.0.0",
    "192.168.7.9/16, 255.255.0.0, 192.168.0.0",
    "10.1.2.3/0, 0.0.0.0, 0.0.0.0",
    "169.254.169.254/32, 255.255.255.255, 169.254.169.254",
    "10.255.255.255/9, 255.128.0.0, 10.128.0.0",
    "10.0.0.255/31, 255.255.255.254, 10.0.0.254",
    "2001:db8::5/64, ffff:ffff:ffff:ffff::, 2001:db8::",
    "2001:db8:0:00ff::1/60, ffff:ffff:ffff:fff0::, 2001:db8:0:f0::",
    "2001:db8::1:2:3/96, ffff:ffff:ffff:ffff:ffff:ffff::, 2001:db8::1:0:0",
    "2001:db8::1:2/112, ffff:ffff:ffff:ffff:ffff:ffff:ffff:0, 2001:db8::1:0",
    "2001:db8::1/128, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db8::1",
    "2001:db8::1/0, ::, ::",
    "FD00::1/8, ff00::, fd00::"
  })
  void netmaskAndNetworkAreWrittenAsNovaWritesThem(String cidr, String netmask, String network) {
    assertThat(Cidr.parse(cidr).netmask()).isEqualTo(netmask);
    assertThat(Cidr.parse(cidr).network()).isEqualTo(network);
    assertThat(Cidr.parse(cidr).isV6()).isEqualTo(cidr.indexOf(':') >= 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "/24",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/024",
        "10.0.0.0/ 24",
        "10.0.0.0/24/24",
        "10.0.0.0/255.255.255.0",
        "10.0.0/24",
        "2001:db8::/129",
        "2001:db8::/1000",
        "2001:db8::/99999999999",
        "fe80::%eth0/64",
        "x/24"
      })
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text));
  }

  /** The oracle works on one big number in place of bytes. */
  @Test
  void hostBitsAreClearedAtEveryPrefix() {
    Random random = new Random(17);
    for (int bits : new int[] {32, 128}) {
      for (int prefix = 0; prefix <= bits; prefix++) {
        byte[] address = new byte[bits / 8];
        random.nextBytes(address);
        BigInteger all = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        BigInteger mask = all.shiftLeft(bits - prefix).and(all);
        Cidr cidr = Cidr.parse(IpText.of(address) + "/" + prefix);
        assertThat(number(cidr.netmask())).isEqualTo(mask);
        assertThat(number(cidr.network())).isEqualTo(new BigInteger(1, address).and(mask));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.5/24, 10.0.0.255, true",
    "10.0.0.5/24, 10.0.1.0, false",
    "10.0.0.5/32, 10.0.0.5, true",
    "10.0.0.5/32, 10.0.0.4, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::, false",
    "fe80::/10, fe80::f816:3eff:fe5a:137, true",
    "fe80::/10, febf::1, true",
    "fe80::/10, fec0::1, false",
    "fd00::/64, 10.0.0.5, false"
  })
  void anAddressIsInANetworkOrNot(String network, String address, boolean within) {
    assertThat(Cidr.parse(network).contains(IpAddress.parse(address))).isEqualTo(within);
  }

  private static BigInteger number(String address) {
    return new BigInteger(1, IpAddress.parse(address).bytes());
  }
}
