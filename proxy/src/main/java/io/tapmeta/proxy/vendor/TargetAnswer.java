package io.tapmeta.proxy.vendor;

/**
 * What came of asking a target about an instance.
 *
 * @param json what its member of the document becomes: the answer in Nova's byte layout, or an empty
 *     object
 * @param detail what was wrong, in words for the log; nothing of the answer itself
 */
record TargetAnswer(TargetOutcome outcome, String json, String detail) {
  static final String NOTHING = "{}";

  /** Not there yet when the guest could not be kept waiting any longer. */
  static final TargetAnswer LATE = failure(TargetOutcome.TIMEOUT, "no answer yet");

  static TargetAnswer answered(String json) {
    return new TargetAnswer(TargetOutcome.ANSWERED, json, "");
  }

  static TargetAnswer failure(TargetOutcome outcome, String detail) {
    return new TargetAnswer(outcome, NOTHING, detail);
  }

  boolean failed() {
    return outcome != TargetOutcome.ANSWERED;
  }
}
