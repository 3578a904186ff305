package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.document.PythonJson;
import io.tapmeta.resolver.ingress.MacAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "query",
    description =
        "Shows what a guest would get: status, headers, body; and why, if it is refused. Reads the"
            + " attachments and records themselves, and asks the targets of vendor data and the"
            + " upstream where they have a say; no daemon has to run.",
    mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "Configuration.")
  private Path file;

  @Option(names = "--tap", paramLabel = "TAP", required = true, description = "The guest's tap.")
  private String tap;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "The guest's MAC; may be left out where one record's port is on the tap.")
  private @Nullable String mac;

  @Option(names = "-X", paramLabel = "METHOD", defaultValue = "GET", description = "GET if absent.")
  private String method;

  @Option(names = "-H", paramLabel = "'NAME: VALUE'", description = "A header; may be repeated.")
  private List<String> headers = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(paramLabel = "PATH", description = "For example /openstack/latest/meta_data.json")
  private String path;

  @Override
  public Integer call() throws CommandFailure {
    Optional<MacAddress> source = Optional.ofNullable(mac).map(this::parseMac);
    Configuration configuration = ConfigurationFile.read(file);
    try (OfflineNode node = new OfflineNode(configuration)) {
      OfflineNode.Answer answer = node.ask(tap, source, method, path, headers);
      if (json) {
        printJson(answer);
      } else {
        print(answer);
      }
    } catch (IOException e) {
      throw new CommandFailure(ExitStatus.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    return ExitStatus.OK;
  }

  private MacAddress parseMac(String text) {
    try {
      return MacAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--mac: " + e.getMessage(), e);
    }
  }

  private void print(OfflineNode.Answer answer) {
    PrintStream out = System.out;
    out.print(answer.head());
    out.writeBytes(answer.body());
    out.flush();
    if (!answer.why().isEmpty()) {
      spec.commandLine().getErr().println("tapmeta: " + answer.why());
    }
  }

  private static void printJson(OfflineNode.Answer answer) {
    PythonJson text = new PythonJson().beginObject();
    text.name("status").value(answer.status());
    text.name("headers").beginObject();
    answer
        .head()
        .lines()
        .skip(1)
        .filter(line -> line.contains(": "))
        .forEach(
            line ->
                text.member(
                    line.substring(0, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2)));
    text.endObject();
    text.member("body", new String(answer.body(), StandardCharsets.UTF_8));
    text.member("instance", answer.instance());
    text.member("mac", answer.mac());
    text.member("why", answer.why());
    System.out.println(text.endObject());
  }
}
