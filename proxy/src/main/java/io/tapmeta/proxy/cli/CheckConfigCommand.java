package io.tapmeta.proxy.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "check-config",
    description = "Says whether a configuration is good: 0, or 78 and every fault with its line.",
    mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The configuration.")
  private Path file;

  @Override
  public Integer call() throws CommandFailure {
    ConfigurationFile.read(file);
    System.out.println(file + ": good");
    return ExitStatus.OK;
  }
}
