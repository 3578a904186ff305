package io.tapmeta.proxy.fuzz;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/** What holds of every reader of files: a value or faults, in a line each, and always the same. */
final class Loading {
  private static final String FILE = "tried";

  private Loading() {}

  static <T> Optional<T> of(byte[] input, BiFunction<byte[], Faults, Optional<T>> reader) {
    Faults faults = new Faults(FILE);
    Optional<T> value = reader.apply(input, faults);
    hold(value.isPresent() == faults.isEmpty(), "a value, or a reason why there is none", input);
    for (Fault fault : faults.list()) {
      boolean oneLine = fault.toString().chars().noneMatch(c -> c < ' ' || c == 0x7f);
      hold(oneLine && !fault.what().isBlank() && fault.line() >= 0, "a fault is a line", input);
    }
    Faults again = new Faults(FILE);
    Optional<T> second = reader.apply(input, again);
    hold(again.list().equals(faults.list()), "the same faults each time", input);
    hold(Objects.equals(text(value), text(second)), "the same value each time", input);
    return value;
  }

  /** Records of arrays are equal by their text only without the arrays' own. */
  private static String text(Optional<?> value) {
    return value.map(given -> given.toString().replaceAll("@[0-9a-f]+", "@")).orElse("");
  }
}
