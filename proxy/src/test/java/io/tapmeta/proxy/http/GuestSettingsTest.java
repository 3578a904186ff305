package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.Configuration.Guest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestSettingsTest {
  @Test
  void settingsAreTheConfigurations() {
    Guest defaults = Configuration.DEFAULTS.guest();
    GuestSettings settings =
        GuestSettings.of(
            new Guest(
                1,
                List.of(InetAddress.ofLiteral("192.0.2.1")),
                1,
                Duration.ofMillis(1500),
                Optional.empty(),
                defaults.limits()));
    assertThat(settings.holdNanos()).isEqualTo(1_500_000_000L);
    assertThat(settings.limits()).isEqualTo(defaults.limits());
    assertThat(settings.hosts()).containsExactly("192.0.2.1");
  }

  /** As clients write it, and RFC 5952 too. */
  @Test
  void anIpv6HostIsCompressedAndInBrackets() {
    assertThat(GuestSettings.of(Configuration.DEFAULTS.guest()).hosts())
        .containsExactlyInAnyOrder("169.254.169.254", "[fe80::a9fe:a9fe]");
  }
}
