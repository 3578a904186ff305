package io.tapmeta.resolver;

import io.tapmeta.resolver.instance.Port;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which ports claim one place, and what that means for whoever asks from it.
 *
 * @param all in the order in which they came; never empty
 */
record Claims(List<Claim> all, Resolution resolution) {
  /** A port of a record that is said to be at a place. */
  record Claim(InstanceRecord record, Port port) {}

  /** True where several claim it, so that nobody can tell whose it is. */
  static boolean contested(List<Claim> claims) {
    return claims.size() > 1;
  }

  /** In words for the log. */
  static String conflict(Object place, List<Claim> claims) {
    return claims.stream()
        .map(claim -> claim.record().origin())
        .collect(Collectors.joining(" and ", place + ": claimed by ", " (expected: one record)"));
  }
}
