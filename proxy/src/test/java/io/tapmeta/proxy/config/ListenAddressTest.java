package io.tapmeta.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9775, 127.0.0.1, 9775",
    "0.0.0.0:0, 0.0.0.0, 0",
    "127.0.0.1:65535, 127.0.0.1, 65535",
    "[::1]:9775, ::1, 9775",
    "[fd00::5]:80, fd00::5, 80"
  })
  void anAddressAndAPortAreRead(String text, String address, int port) {
    assertThat(ListenAddress.parse(text))
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral(address), port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1",
        "127.0.0.1:",
        ":80",
        "9775",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:+80",
        "127.0.0.1: 80",
        "127.0.0.1:000080",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[::1:80",
        "::1]:80",
        "[127.0.0.1]:80",
        "[]:80",
        "localhost:80",
        "[fe80::1%lo]:80",
        "127.0.0.1:８０"
      })
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.parse(text));
  }
}
