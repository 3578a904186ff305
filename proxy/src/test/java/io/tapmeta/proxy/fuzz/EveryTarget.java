package io.tapmeta.proxy.fuzz;

import java.util.Arrays;

/** All targets in one: the first byte says which, the others are its input. For runs in a hurry. */
public final class EveryTarget {
  private static final Target[] TARGETS = Target.values();

  private EveryTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0) {
      TARGETS[(input[0] & 0xff) % TARGETS.length].take(Arrays.copyOfRange(input, 1, input.length));
    }
  }
}
