package io.tapmeta.proxy.vendor;

/** Is told how targets do, on any thread. */
public interface TargetMetrics {
  /** Counts nothing. */
  TargetMetrics NONE =
      new TargetMetrics() {
        @Override
        public void asked(TargetOutcome outcome, long nanos) {}

        @Override
        public void incomplete() {}
      };

  /** A target was asked, with this outcome after so long. */
  void asked(TargetOutcome outcome, long nanos);

  /** A guest's document had to do without some target's answer. */
  void incomplete();
}
