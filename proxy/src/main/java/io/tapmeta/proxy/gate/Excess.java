package io.tapmeta.proxy.gate;

import java.util.Locale;

/** Which budget is used up. */
public enum Excess {
  /** The VM has as many connections open as it may. */
  CONNECTIONS,
  /** The VM opens connections faster than it may. */
  CONNECTION_RATE,
  /** The VM asks faster than it may. */
  REQUEST_RATE,
  /** As much of the VM's waits in this process as may. */
  BUFFERED,
  /** What the node has left is for guests with few connections. */
  NODE;

  /** The label's value. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
