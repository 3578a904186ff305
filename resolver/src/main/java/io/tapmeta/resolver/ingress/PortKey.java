package io.tapmeta.resolver.ingress;

import org.jspecify.annotations.Nullable;

/**
 * A MAC in its place: on a tap, on a network, or wherever the wiring pins it. Hashed once, because
 * requests look up far more often than keys are made.
 */
public final class PortKey {
  private enum Place {
    TAP,
    NETWORK,
    PIN
  }

  private final Place place;
  private final String name;
  private final MacAddress mac;
  private final int hash;

  private PortKey(Place place, String name, MacAddress mac) {
    this.place = place;
    this.name = name;
    this.mac = mac;
    this.hash = (name.hashCode() * 31 + Long.hashCode(mac.bits())) * 31 + place.name().length();
  }

  public static PortKey onTap(String tap, MacAddress mac) {
    return new PortKey(Place.TAP, tap, mac);
  }

  public static PortKey onNetwork(String networkId, MacAddress mac) {
    return new PortKey(Place.NETWORK, networkId, mac);
  }

  /** For a port of which nothing but its MAC is known. */
  public static PortKey pinned(MacAddress mac) {
    return new PortKey(Place.PIN, "", mac);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PortKey key
        && key.hash == hash
        && key.place == place
        && key.mac.bits() == mac.bits()
        && key.name.equals(name);
  }

  @Override
  public String toString() {
    return switch (place) {
      case TAP -> "tap " + name + ", MAC " + mac;
      case NETWORK -> "network " + name + ", MAC " + mac;
      case PIN -> "MAC " + mac;
    };
  }
}
