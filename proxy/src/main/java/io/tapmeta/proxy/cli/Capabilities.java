package io.tapmeta.proxy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel has to allow this process. */
final class Capabilities {
  // From include/uapi/linux/capability.h.
  private static final int CAP_SYS_ADMIN = 21;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String EFFECTIVE = "CapEff:";

  private Capabilities() {}

  /** Ends the command where namespaces cannot be entered. */
  static void require(String command) throws CommandFailure {
    if ((effective() >> CAP_SYS_ADMIN & 1) == 0) {
      throw new CommandFailure(
          ExitStatus.NO_PERMISSION,
          command
              + ": no CAP_SYS_ADMIN (expected: root, or that capability, to enter network"
              + " namespaces)");
    }
  }

  private static long effective() throws CommandFailure {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(EFFECTIVE))
          .map(line -> line.substring(EFFECTIVE.length()).strip())
          .mapToLong(hex -> Long.parseUnsignedLong(hex, 16))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new CommandFailure(ExitStatus.UNAVAILABLE, STATUS + ": " + e.getMessage());
    }
  }
}
