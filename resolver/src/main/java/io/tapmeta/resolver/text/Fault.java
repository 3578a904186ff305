package io.tapmeta.resolver.text;

/**
 * One thing that is wrong in a file: where, and what was expected there.
 *
 * @param file the file as the operator knows it
 * @param line counted from 1; 0 where the fault is the file's as a whole
 * @param what the field, its value and what was expected, in one line
 */
public record Fault(String file, int line, String what) {
  /** {@code file:line: what}, the form that editors jump to. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + what : file + ":" + line + ": " + what;
  }
}
