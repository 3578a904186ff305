package io.tapmeta.resolver.text;

import java.util.ArrayList;
import java.util.List;

/** The faults found so far in one file; reading goes on after each, so that all are named at once. */
public final class Faults {
  private final String file;
  private final List<Fault> found = new ArrayList<>();

  public Faults(String file) {
    this.file = file;
  }

  /** The file that is being read, as the operator knows it. */
  public String file() {
    return file;
  }

  public void add(int line, String what) {
    // One line each, whatever the file holds.
    found.add(new Fault(file, line, what.replaceAll("\\p{Cntrl}", "?")));
  }

  /** A value that is not what the field takes: {@code path: value (expected: …)}. */
  public void unexpected(JsonValue value, String path, String expected) {
    add(value.line(), path + ": " + value.brief() + " (expected: " + expected + ")");
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Fault> list() {
    return List.copyOf(found);
  }
}
