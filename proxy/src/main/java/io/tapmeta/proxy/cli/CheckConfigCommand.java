package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.vendor.NodeVendorData;
import io.tapmeta.resolver.text.Fault;
import java.nio.file.Path;
import java.util.List;
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
    List<Fault> faults =
        ConfigurationFile.read(file)
            .vendorData()
            .jsonfilePath()
            .map(NodeVendorData::faults)
            .orElse(List.of());
    if (!faults.isEmpty()) {
      // The daemon would do without; who asks is told.
      throw CommandFailure.configuration(faults);
    }
    System.out.println(file + ": good");
    return ExitStatus.OK;
  }
}
