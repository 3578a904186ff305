package io.tapmeta.proxy.upstream;

import io.tapmeta.resolver.ingress.MacAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The guests behind one attachment, each with its own dealings with the backend: a namespace that
 * was adopted has many, told apart by MAC. Belongs to the attachment's loop.
 */
public final class PluggedGuests {
  private final Map<Key, GuestUpstream> guests = new HashMap<>();

  private record Key(MacAddress mac, String instanceId) {}

  /** The one guest of that MAC and instance; the same as long as anything is known of it. */
  public GuestUpstream guest(MacAddress mac, String instanceId) {
    Key key = new Key(mac, instanceId);
    GuestUpstream known = guests.get(key);
    if (known != null) {
      return known;
    }
    // VMs come and go while an adopted namespace stays.
    guests.values().removeIf(GuestUpstream::isIdle);
    GuestUpstream fresh = new GuestUpstream();
    guests.put(key, fresh);
    return fresh;
  }

  int size() {
    return guests.size();
  }
}
