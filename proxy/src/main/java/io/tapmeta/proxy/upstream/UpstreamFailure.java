package io.tapmeta.proxy.upstream;

import java.util.Locale;

/** Why the backend gave no answer that could be passed on. */
public enum UpstreamFailure {
  /** No endpoint takes connections. */
  UNREACHABLE,
  /** The answer did not come, or not all of it, within the deadline. */
  DEADLINE,
  /** What came is not an HTTP answer, or was cut off. */
  MALFORMED,
  /** Too many requests of this guest, or of the node, are under way. */
  BUSY;

  /** The word for it in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
