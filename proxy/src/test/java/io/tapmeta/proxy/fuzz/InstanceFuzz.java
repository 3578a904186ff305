package io.tapmeta.proxy.fuzz;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;

/** Instance records. */
public final class InstanceFuzz {
  private InstanceFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Loading.of(input, InstanceReader::read).ifPresent(instance -> check(instance, input));
  }

  private static void check(Instance instance, byte[] input) {
    hold(instance.uuid().matches("[0-9a-fA-F-]{36}"), "a uuid is one", input);
    hold(!instance.ports().isEmpty(), "somebody can ask", input);
  }
}
