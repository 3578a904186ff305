package io.tapmeta.resolver.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 00000000",
    "10.0.0.5, 0a000005",
    "169.254.169.254, a9fea9fe",
    "255.255.255.255, ffffffff",
    "::, 00000000000000000000000000000000",
    "fe80::a9fe:a9fe, fe8000000000000000000000a9fea9fe",
    "FE80::A9FE:A9FE, fe8000000000000000000000a9fea9fe",
    "1:2:3:4:5:6:7:8, 00010002000300040005000600070008",
    "1:2:3:4:5:6:7::, 00010002000300040005000600070000",
    "::2:3:4:5:6:7:8, 00000002000300040005000600070008",
    "::ffff:10.0.0.5, 00000000000000000000ffff0a000005",
    "64:ff9b::10.0.0.5, 0064ff9b00000000000000000a000005"
  })
  void anAddressIsItsBytesAndKeepsItsText(String text, String hex) {
    IpAddress address = IpAddress.parse(text);
    assertThat(HexFormat.of().formatHex(address.bytes())).isEqualTo(hex);
    assertThat(address.text()).isEqualTo(text);
    assertThat(address.isV6()).isEqualTo(hex.length() == 32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "256.1.1.1",
        "1.2.3.1000",
        "1..2.3",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.4\n",
        "-1.2.3.4",
        "+1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4/24",
        "１.2.3.4",
        "localhost",
        "example.org",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "12345::",
        "g::",
        "::-1",
        "::1.2.3",
        "::1.2.3.256",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "fe80::1%eth0",
        "fe80::1%1",
        "[::1]",
        "::/0"
      })
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.parse(text));
  }

  /** Octal to one reader, decimal to the next, and guests are shown the text as it stands. */
  @ParameterizedTest
  @ValueSource(strings = {"01.2.3.4", "10.0.0.05", "1.2.03.4", "::ffff:01.2.3.4", "::00001"})
  void leadingZerosThatReadersDisagreeOnAreRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.parse(text));
  }

  /** What inet_ntop of glibc 2.36 prints, by way of Python. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          00000000000000000000000000000000, ::
          00000000000000000000000000000001, ::1
          00010000000000000000000000000000, 1::
          fe8000000000000000000000a9fea9fe, fe80::a9fe:a9fe
          20010db8000000000001000000000001, 2001:db8::1:0:0:1
          20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1
          00010000000000020000000000000003, 1:0:0:2::3
          00010000000000000002000000000003, 1::2:0:0:3
          00000001000000010000000100000001, 0:1:0:1:0:1:0:1
          00000000000100000000000100000000, ::1:0:0:1:0:0
          ffffffffffffffffffffffffffff0000, ffff:ffff:ffff:ffff:ffff:ffff:ffff:0
          0000ffffffffffffffffffffffffffff, 0:ffff:ffff:ffff:ffff:ffff:ffff:ffff
          00010002000300040005000600070008, 1:2:3:4:5:6:7:8
          000a000b000c000d000e000f00000000, a:b:c:d:e:f::
          00000000000a000b000c000d000e000f, ::a:b:c:d:e:f
          fffffffffffffff00000000000000000, ffff:ffff:ffff:fff0::
          00000000000000010000000000000000, 0:0:0:1::
          00010000000000000000000000000002, 1::2
          001002003000000000000f0f00000000, 10:200:3000::f0f:0:0
          00000000000000000001000200030004, ::1:2:3:4
          """)
  void textIsCompressedAsInetNtopDoes(String hex, String expected) {
    assertThat(IpText.of(HexFormat.of().parseHex(hex))).isEqualTo(expected);
  }

  @Test
  void anyAddressIsReadFromItsText() throws UnknownHostException {
    Random random = new Random(11);
    int[] groups = {0, 0, 0, 1, 0xffff, 0xa};
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 16 : 4];
      for (int at = 0; at < bytes.length; at += 2) {
        int group =
            random.nextInt(4) == 0
                ? random.nextInt(0x10000)
                : groups[random.nextInt(groups.length)];
        bytes[at] = (byte) (group >> 8);
        bytes[at + 1] = (byte) group;
      }
      String text = IpText.of(bytes);
      assertThat(IpAddress.parse(text).bytes()).as(text).isEqualTo(bytes);
      assertThat(text).isEqualTo(text.toLowerCase(java.util.Locale.ROOT)).doesNotContain(":::");
      if (bytes.length == 4) {
        assertThat(text).isEqualTo(InetAddress.getByAddress(bytes).getHostAddress());
      }
    }
  }
}
