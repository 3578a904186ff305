package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.audit.AuditLog;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.upstream.Upstream;
import io.tapmeta.proxy.vendor.NodeVendorData;
import io.tapmeta.resolver.text.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "check-config",
    description =
        "Says whether a configuration, and the files that it names, are good: 0, or 78 and every fault"
            + " with its line.",
    mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The configuration.")
  private Path file;

  @Override
  public Integer call() throws CommandFailure {
    Configuration configuration = ConfigurationFile.read(file);
    List<Fault> faults = new ArrayList<>();
    configuration.upstream().flatMap(Upstream::obstacle).ifPresent(what -> add(faults, what));
    AuditLog.obstacle(configuration.audit()).ifPresent(what -> add(faults, what));
    // The daemon would do without; who asks is told.
    configuration.vendorData().jsonfilePath().map(NodeVendorData::faults).ifPresent(faults::addAll);
    if (!faults.isEmpty()) {
      throw CommandFailure.configuration(faults);
    }
    System.out.println(file + ": good");
    return ExitStatus.OK;
  }

  private void add(List<Fault> faults, String what) {
    faults.add(new Fault(file.toString(), 0, what));
  }
}
