package io.tapmeta.proxy.gate;

import io.tapmeta.resolver.ingress.MacAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The accounts of one attachment's guests: one for each MAC that a record claims, and one for all
 * others together, since MACs are for guests to make up. Belongs to the attachment's loop.
 */
public final class Accounts {
  /** So many are kept before idle ones are looked for; no attachment has many ports at once. */
  private static final int KEPT = 256;

  private final Map<MacAddress, Account> claimed = new HashMap<>();
  private final Account strangers = new Account(true);
  private int prune = KEPT;

  /** The account of whoever no record claims. */
  public Account strangers() {
    return strangers;
  }

  /** The account of a port that a record claims. */
  public Account of(MacAddress mac, long now) {
    Account known = claimed.get(mac);
    if (known != null) {
      return known;
    }
    if (claimed.size() >= prune) {
      claimed.values().removeIf(account -> account.isIdle(now));
      prune = Math.max(KEPT, 2 * claimed.size());
    }
    Account fresh = new Account(false);
    claimed.put(mac, fresh);
    return fresh;
  }

  int size() {
    return claimed.size();
  }
}
