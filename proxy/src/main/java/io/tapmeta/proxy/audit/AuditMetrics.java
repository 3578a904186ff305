package io.tapmeta.proxy.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What became of the lines of the audit log. */
public final class AuditMetrics {
  private final Counter written;
  private final Counter suppressed;
  private final Counter overflowed;
  private final Counter failed;

  public AuditMetrics(MeterRegistry registry) {
    written = lines(registry, "written");
    suppressed = lines(registry, "suppressed");
    overflowed = lines(registry, "overflowed");
    failed = lines(registry, "failed");
  }

  void written(int lines) {
    written.increment(lines);
  }

  /** A VM had more of them than it may have. */
  public void suppressed() {
    suppressed.increment();
  }

  void overflowed() {
    overflowed.increment();
  }

  void failed(int lines) {
    failed.increment(lines);
  }

  private static Counter lines(MeterRegistry registry, String outcome) {
    return Counter.builder("tapmeta.audit.lines")
        .description("Lines of the audit log, by what became of them.")
        .tag("outcome", outcome)
        .register(registry);
  }
}
