package io.tapmeta.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.ingress.MacAddress;
import org.junit.jupiter.api.Test;

class PluggedGuestsTest {
  private static final MacAddress MAC = MacAddress.parse("fa:16:3e:00:00:01");
  private static final MacAddress OTHER = MacAddress.parse("fa:16:3e:00:00:02");

  private final PluggedGuests guests = new PluggedGuests();

  @Test
  void eachMacAndEachInstanceIsAGuestOfItsOwn() {
    GuestUpstream guest = busy(guests.guest(MAC, "a"));
    assertThat(guests.guest(MAC, "a")).isSameAs(guest);
    GuestUpstream other = busy(guests.guest(OTHER, "a"));
    GuestUpstream successor = busy(guests.guest(MAC, "b"));
    assertThat(other).isNotSameAs(guest).isNotSameAs(successor);
    assertThat(successor).isNotSameAs(guest);
    assertThat(guests.guest(MAC, "a")).isSameAs(guest);
  }

  @Test
  void whoHasNothingAnyMoreIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      var _ = guests.guest(MAC, "instance " + i);
    }
    assertThat(guests.size()).isEqualTo(1);
  }

  /** Something of it is in the cache. */
  private static GuestUpstream busy(GuestUpstream guest) {
    guest.share().added(new UpstreamCache.Key(guest, 0, 1, "/", "", ""), 1);
    return guest;
  }
}
