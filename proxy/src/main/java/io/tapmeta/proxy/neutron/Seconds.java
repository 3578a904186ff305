package io.tapmeta.proxy.neutron;

import java.util.Optional;

/** A timeout as oslo.config has it, a whole number of seconds, and as our keys write it. */
record Seconds(int count) {
  /** Our durations are at least something and at most an hour. */
  private static final int MAX = 3600;

  /** Empty where no file sets the option, or after a fault. */
  static Optional<Seconds> read(Options options, Option option) {
    return options
        .inForce(option)
        .flatMap(_ -> options.number(option, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .map(Seconds::new);
  }

  boolean fits() {
    return count > 0 && count <= MAX;
  }

  /** Why the key is left out. */
  String misfit(String key) {
    return key + " takes from 1s to " + MAX + "s; its default stands.";
  }

  /** With its unit. */
  @Override
  public String toString() {
    return count + "s";
  }
}
