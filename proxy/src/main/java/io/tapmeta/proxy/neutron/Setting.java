package io.tapmeta.proxy.neutron;

import io.tapmeta.resolver.text.Fault;

/**
 * One assignment as it stands in a file.
 *
 * @param file the file as the operator knows it
 * @param line where it begins
 * @param value quotes and continuation lines done with, references to other options not
 */
record Setting(String file, int line, OptionName option, String value) {
  String where() {
    return file + ":" + line;
  }

  Fault fault(String what) {
    return new Fault(file, line, option + ": " + what);
  }

  /** Without the value, which may be a secret. */
  @Override
  public String toString() {
    return "%s (%s)".formatted(option, where());
  }
}
