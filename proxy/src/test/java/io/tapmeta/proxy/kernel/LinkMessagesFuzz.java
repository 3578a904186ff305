package io.tapmeta.proxy.kernel;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A datagram of the kernel's: lengths that make no sense end the reading, and nothing else. */
public final class LinkMessagesFuzz {
  private LinkMessagesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    List<String> names = new ArrayList<>();
    LinkMessages.names(MemorySegment.ofArray(input), names::add);
    hold(names.size() <= input.length / 32, "a name takes a message", input);
    hold(names.stream().noneMatch(name -> name.indexOf(0) >= 0), "a name ends at its NUL", input);
  }
}
