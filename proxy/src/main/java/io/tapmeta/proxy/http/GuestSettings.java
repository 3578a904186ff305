package io.tapmeta.proxy.http;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.Configuration.Guest;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.gate.Account.Rules;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.IpAddress;
import io.tapmeta.resolver.instance.Policy;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the configuration says about serving guests, as a loop uses it.
 *
 * @param holdNanos how long a request waits for its record
 * @param hosts the host texts of our own addresses
 * @param rules for each VM whose record says nothing else
 * @param connections of all guests of a loop together
 */
public record GuestSettings(
    long holdNanos, Limits limits, Set<String> hosts, Rules rules, int connections) {
  private static final Rules OPEN = new Rules(Budget.UNLIMITED, Policy.OPEN);

  /** Without budgets, everything open. */
  public GuestSettings(long holdNanos, Limits limits, Set<String> hosts) {
    this(holdNanos, limits, hosts, OPEN, Integer.MAX_VALUE);
  }

  /** As {@link #of(Configuration, long)}, but for budgets and policy, of which there are none. */
  public static GuestSettings of(Guest guest) {
    return new GuestSettings(
        guest.hold().toNanos(),
        guest.limits(),
        guest.addresses().stream().map(GuestSettings::host).collect(Collectors.toSet()));
  }

  /**
   * All that is configured.
   *
   * @param descriptors how many files and sockets the process may have open; half of them are for
   *     everything that is not a guest's connection, above all for listening and for refusing
   */
  public static GuestSettings of(Configuration configuration, long descriptors) {
    GuestSettings open = of(configuration.guest());
    long connections = descriptors / 2 / configuration.guest().eventLoops();
    return new GuestSettings(
        open.holdNanos,
        open.limits,
        open.hosts,
        new Rules(configuration.budget(), policy(configuration)),
        Math.clamp(connections, 1, Integer.MAX_VALUE));
  }

  private static Policy policy(Configuration configuration) {
    return configuration.policy().withHopLimit(configuration.guest().hopLimit());
  }

  private static String host(InetAddress address) {
    String text = IpAddress.canonical(address);
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
