package io.tapmeta.proxy.gate;

/** How many lines of the audit log a VM may cause, and how many were left out. Of one loop. */
public final class AuditQuota {
  private final Pace pace = new Pace();
  private long suppressed;

  /** True where a line may be written; counts it as left out otherwise. */
  public boolean tryLine(int perSecond, int burst, long now) {
    boolean may = mayReport(perSecond, burst, now);
    if (!may) {
      suppressed++;
    }
    return may;
  }

  /** True where a line about those left out may be written. */
  public boolean mayReport(int perSecond, int burst, long now) {
    pace.set(perSecond, burst);
    return pace.tryNext(now);
  }

  /** How many were left out; from now on none. */
  public long takeSuppressed() {
    long taken = suppressed;
    suppressed = 0;
    return taken;
  }

  boolean isRested(long now) {
    return suppressed == 0 && pace.isRested(now);
  }
}
