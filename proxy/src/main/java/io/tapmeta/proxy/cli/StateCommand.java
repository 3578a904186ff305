package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.TextReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands that show what a running daemon knows, asked over its admin socket. */
@Command(mixinStandardHelpOptions = true)
abstract class StateCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The daemon's configuration, for its admin socket; the default one if absent.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print JSON as the daemon gave it.")
  private boolean json;

  private final String page;

  private StateCommand(String page) {
    this.page = page;
  }

  @Command(name = "status", description = "Shows how a running daemon is doing.")
  static final class Status extends StateCommand {
    Status() {
      super("/status");
    }
  }

  @Command(name = "attachments", description = "Shows a running daemon's attachments.")
  static final class Attachments extends StateCommand {
    Attachments() {
      super("/attachments");
    }
  }

  @Command(name = "instances", description = "Shows the instances that a running daemon knows.")
  static final class Instances extends StateCommand {
    Instances() {
      super("/instances");
    }
  }

  @Override
  public Integer call() throws CommandFailure {
    Path socket =
        (file == null ? Configuration.DEFAULTS : ConfigurationFile.read(file)).admin().socket();
    String answer;
    try {
      answer = AdminClient.get(socket, page);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.UNAVAILABLE,
          socket + ": " + e.getMessage() + " (expected: a running daemon's admin socket)");
    }
    if (json) {
      System.out.print(answer);
    } else {
      JsonValue value =
          TextReader.read(answer.getBytes(StandardCharsets.UTF_8), new Faults(page)).orElseThrow();
      System.out.print(PlainText.of(value));
    }
    return ExitStatus.OK;
  }
}
