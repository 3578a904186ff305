package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.Tapmeta;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description =
        "Serves guests, in the foreground. SIGTERM drains and ends; SIGHUP reads the"
            + " configuration again, all of it or nothing.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The configuration.")
  private Path file;

  @Option(
      names = "--replace",
      description =
          "Takes the place of the tapmeta that runs with the same admin socket, without a gap: both"
              + " listen until this one is ready, then the other one drains and ends.")
  private boolean replace;

  /** For picocli, which sets what was said. */
  RunCommand() {}

  RunCommand(Path file) {
    this.file = file;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Configuration configuration = ConfigurationFile.read(file);
    Capabilities.require("run");
    CountDownLatch terminated = new CountDownLatch(1);
    AtomicBoolean replaced = new AtomicBoolean();
    Runnable retired =
        () -> {
          replaced.set(true);
          terminated.countDown();
        };
    Signals.on("TERM", terminated::countDown);
    Signals.on("INT", terminated::countDown);
    // Until there is something to reload; the default would be the end.
    AtomicBoolean hungUp = new AtomicBoolean();
    Signals.on("HUP", () -> hungUp.set(true));
    Tapmeta tapmeta;
    try {
      tapmeta =
          replace
              ? Tapmeta.replace(configuration, retired, () -> terminated.getCount() == 0)
              : Tapmeta.start(configuration, retired);
    } catch (IOException e) {
      throw new CommandFailure(ExitStatus.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    Signals.on("HUP", () -> reload(tapmeta));
    if (hungUp.get()) {
      reload(tapmeta);
    }
    log.info("started; metrics and health on {}", tapmeta.adminAddress());
    terminated.await();
    log.info(replaced.get() ? "replaced by another tapmeta; draining" : "draining");
    if (replaced.get()) {
      tapmeta.handOver();
    } else {
      tapmeta.close();
    }
    log.info("ended");
    return ExitStatus.OK;
  }

  private void reload(Tapmeta tapmeta) {
    Faults faults = new Faults(file.toString());
    Optional<Configuration> next = ConfigurationReader.read(file, faults);
    if (next.isEmpty()) {
      faults.list().forEach(fault -> log.error("reload refused, nothing changed: {}", fault));
      return;
    }
    try {
      tapmeta.reload(next.get());
      log.info("reloaded {}", file);
    } catch (IllegalArgumentException e) {
      log.error("reload refused, nothing changed: {}", e.getMessage());
    }
  }
}
