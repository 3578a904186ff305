package io.tapmeta.proxy.document;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.TextReader;
import java.util.Optional;

/** JSON that a record or a service hands over for guests: printed and read again it is the same. */
public final class JsonFuzz {
  private JsonFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Faults first = new Faults("first");
    Optional<JsonValue> read = TextReader.readJson(input, first);
    if (read.isEmpty() || !first.isEmpty()) {
      return;
    }
    byte[] printed = new PythonJson().value(read.get()).bytes();
    Faults faults = new Faults("second");
    Optional<JsonValue> again = TextReader.readJson(printed, faults);
    hold(again.isPresent(), "what was printed can be read: " + faults.list(), input);
    byte[] twice = new PythonJson().value(again.orElseThrow()).bytes();
    hold(java.util.Arrays.equals(printed, twice), "printed twice it is the same", input);
  }
}
