package io.tapmeta.proxy.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule that leads connections from port 80 of a metadata address to the daemon.
 *
 * @param target address:port, an IPv6 address in brackets
 * @param connections that it has led so far
 */
record Translation(String target, boolean isIpv6, long connections) {
  /** A line of {@code iptables-save -c}. */
  private static final Pattern LINE =
      Pattern.compile("\\[(\\d+):\\d+] -A PREROUTING (.*) -j DNAT --to-destination (\\S+)");

  static String target(String address, String port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  /** Of an interface, from what {@code iptables-save -c -t nat} has printed. */
  static List<Translation> saved(String printed, String address, String interfaceName) {
    boolean ipv6 = address.contains(":");
    List<Translation> found = new ArrayList<>();
    printed
        .lines()
        .forEach(
            line -> {
              Matcher matcher = LINE.matcher(line);
              if (matcher.matches()) {
                List<String> words = List.of(matcher.group(2).split(" ", -1));
                if (follows(words, "-d", address + (ipv6 ? "/128" : "/32"))
                    && follows(words, "-i", interfaceName)
                    && follows(words, "--dport", "80")) {
                  found.add(
                      new Translation(matcher.group(3), ipv6, Long.parseLong(matcher.group(1))));
                }
              }
            });
    return found;
  }

  /** Of a table of nftables. */
  static List<Translation> of(Ruleset rules) {
    return rules.rules().stream()
        .filter(rule -> rule.translation().isPresent())
        .map(rule -> new Translation(rule.translation().get(), rule.isIpv6(), rule.packets()))
        .toList();
  }

  static Optional<Translation> first(boolean ipv6, List<Translation> all) {
    return all.stream().filter(each -> each.isIpv6 == ipv6).findFirst();
  }

  private static boolean follows(List<String> words, String option, String value) {
    int at = words.indexOf(option);
    return at >= 0 && at + 1 < words.size() && words.get(at + 1).equals(value);
  }
}
