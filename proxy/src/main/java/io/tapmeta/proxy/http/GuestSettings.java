package io.tapmeta.proxy.http;

import io.tapmeta.proxy.config.Configuration.Guest;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.resolver.instance.IpAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the configuration says about serving guests, as a loop uses it.
 *
 * @param holdNanos how long a request waits for its record
 * @param hosts the host texts of our own addresses
 */
public record GuestSettings(long holdNanos, Limits limits, Set<String> hosts) {
  public static GuestSettings of(Guest guest) {
    return new GuestSettings(
        guest.hold().toNanos(),
        guest.limits(),
        guest.addresses().stream().map(GuestSettings::host).collect(Collectors.toSet()));
  }

  private static String host(InetAddress address) {
    String text = IpAddress.canonical(address);
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
