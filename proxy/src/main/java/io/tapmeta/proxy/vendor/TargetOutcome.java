package io.tapmeta.proxy.vendor;

import java.util.Locale;

/** What became of a call of a target, as metrics tell it. */
public enum TargetOutcome {
  /** JSON, or an empty body. */
  ANSWERED,
  /** A status that is no success. */
  STATUS,
  /** Not connected or not answered in time. */
  TIMEOUT,
  /** No such host, nobody who listens, nobody to be trusted. */
  UNREACHABLE,
  /** The connection ended before the answer did, or the answer is too large. */
  BROKEN,
  /** An answer that is not JSON. */
  MALFORMED;

  /** The label's value. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
