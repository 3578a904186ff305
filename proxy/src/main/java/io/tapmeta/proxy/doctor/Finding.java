package io.tapmeta.proxy.doctor;

import java.util.Locale;

/**
 * What was seen at one step.
 *
 * @param seen the fact, in one line; where it is broken with what was expected
 */
public record Finding(Step step, Verdict verdict, String seen) {
  /** What a fact means for the guest. */
  public enum Verdict {
    OK,
    /** Nothing was seen that is wrong, but the step could not be seen to do its work either. */
    UNKNOWN,
    /** No request of this guest gets past here. */
    BROKEN;

    /** The word for operators. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(Step step, String seen) {
    return new Finding(step, Verdict.OK, seen);
  }

  static Finding unknown(Step step, String seen) {
    return new Finding(step, Verdict.UNKNOWN, seen);
  }

  static Finding broken(Step step, String seen) {
    return new Finding(step, Verdict.BROKEN, seen);
  }
}
