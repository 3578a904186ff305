package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.TextReader;
import java.nio.charset.StandardCharsets;

/**
 * What a program said.
 *
 * @param program its name
 * @param status 0 where it did as asked
 * @param err its complaint
 */
record Said(String program, int status, String out, String err) {
  boolean good() {
    return status == 0;
  }

  /** Its complaint, in one line. */
  String complaint() {
    return program + ": " + err.lines().findFirst().orElse("status " + status).strip();
  }

  /** What it printed. */
  String text() throws Unseen {
    if (!good()) {
      throw new Unseen(complaint());
    }
    return out;
  }

  /** What it printed as JSON; nothing is an empty list, as {@code ip} means it. */
  JsonValue json() throws Unseen {
    String text = text().isBlank() ? "[]" : out;
    Faults faults = new Faults(program);
    return TextReader.readJson(text.getBytes(StandardCharsets.UTF_8), faults)
        .filter(_ -> faults.isEmpty())
        .orElseThrow(() -> new Unseen(faults.list().getFirst().toString()));
  }
}
