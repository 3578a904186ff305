package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.password.PasswordStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "password",
    description =
        "Shows the password that an instance has published about itself, where no upstream keeps"
            + " it: as the guest sent it, mostly encrypted with the instance's key.",
    mixinStandardHelpOptions = true)
final class PasswordCommand implements Callable<Integer> {
  private static final String UUID = "[0-9a-fA-F-]{36}";

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "Configuration.")
  private Path file;

  @Parameters(paramLabel = "UUID", description = "The instance's.")
  private String uuid;

  @Override
  public Integer call() throws CommandFailure {
    if (!uuid.matches(UUID)) {
      throw new CommandFailure(ExitStatus.USAGE, uuid + " (expected: an instance's uuid)");
    }
    Configuration configuration = ConfigurationFile.read(file);
    try {
      Optional<byte[]> password =
          PasswordStore.readFile(configuration.passwords().directory(), uuid);
      if (password.isEmpty()) {
        throw new CommandFailure(ExitStatus.UNAVAILABLE, uuid + ": has set no password");
      }
      System.out.writeBytes(password.get());
      System.out.println();
      return ExitStatus.OK;
    } catch (IOException e) {
      throw new CommandFailure(ExitStatus.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }
}
