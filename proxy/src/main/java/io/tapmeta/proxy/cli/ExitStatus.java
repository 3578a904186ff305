package io.tapmeta.proxy.cli;

/** Exit codes, after sysexits(3). */
final class ExitStatus {
  static final int OK = 0;
  static final int USAGE = 2;
  static final int UNAVAILABLE = 69;
  static final int NO_PERMISSION = 77;
  static final int CONFIGURATION = 78;

  private ExitStatus() {}
}
