package io.tapmeta.proxy.gate;

import java.util.Locale;

/** Why a sender is not accepted as anybody. */
public enum IdentityRefusal {
  /** The kernel kept no SYN, so that nobody can say which MAC it came from. */
  NO_SAVED_SYN,
  /** The attachment lets in other MACs only. */
  MAC_NOT_ALLOWED,
  /** It came from an address that is none of its port's, where that is looked at. */
  SOURCE_ADDRESS,
  /** Several records claim the port. */
  AMBIGUOUS,
  /** No record claims the port. */
  UNKNOWN;

  /** The label's value. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
