package io.tapmeta.resolver.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
  @Test
  void everyAddressIsReadFromWhatItWrites() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      MacAddress mac = new MacAddress(random.nextLong() & 0xffff_ffff_ffffL);
      assertThat(MacAddress.parse(mac.toString())).isEqualTo(mac);
      assertThat(MacAddress.parse(mac.toString().toUpperCase(Locale.ROOT))).isEqualTo(mac);
      assertThat(mac.toString()).matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    }
  }

  @Test
  void theFirstOctetIsUppermost() {
    assertThat(MacAddress.parse("fa:16:3e:5a:01:37").bits()).isEqualTo(0xfa16_3e5a_0137L);
    assertThat(new MacAddress(0xfa16_3e5a_0137L)).hasToString("fa:16:3e:5a:01:37");
    assertThat(new MacAddress(0)).hasToString("00:00:00:00:00:00");
    assertThat(MacAddress.parse("ff:ff:ff:ff:ff:ff").bits()).isEqualTo(0xffff_ffff_ffffL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fa:16:3e:5a:01",
        "fa:16:3e:5a:01:37:00",
        "fa-16-3e-5a-01-37",
        "fa163e5a0137",
        "fa16.3e5a.0137",
        "fa:16:3e:5a:01:3g",
        "fa:16:3e:5a:1:37",
        "fa:16:3e:5a:01:37 ",
        " fa:16:3e:5a:01:37",
        "fa:16:3e:5a:01:37\n",
        "fa:16:3e:5a:01:３7",
        "fa::3e:5a:01:37",
        "+a:16:3e:5a:01:37"
      })
  void anythingElseIsRefusedWithValueAndExpectation(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MacAddress.parse(text))
        .withMessage(text + " (expected: a MAC address such as fa:16:3e:5a:01:37)");
  }
}
