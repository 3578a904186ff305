package io.tapmeta.proxy.cli;

import io.tapmeta.resolver.text.Fault;
import java.util.List;
import java.util.stream.Collectors;

/** Ends a command with an exit status and the lines that say why. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;

  CommandFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Every fault on a line of its own. */
  static CommandFailure configuration(List<Fault> faults) {
    return new CommandFailure(
        ExitStatus.CONFIGURATION,
        faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
  }

  int status() {
    return status;
  }
}
