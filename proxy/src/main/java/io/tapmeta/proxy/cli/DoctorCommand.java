package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.doctor.Diagnosis;
import io.tapmeta.proxy.doctor.Doctor;
import io.tapmeta.proxy.document.PythonJson;
import java.io.IOException;
import java.nio.file.Path;
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
    name = "doctor",
    description =
        "Walks the way of a guest's request (attachment file, tap, steering, namespace, addresses,"
            + " DNAT, socket, daemon, neighbour, record) and says in one line where it breaks;"
            + " without TAP, of every attachment, broken ones first. Changes nothing. Runs as root"
            + " in the network namespace of the host. Exit status 69 where something is broken.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  /** What may be a file's name and an argument. */
  private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._:@-]{0,127}";

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The daemon's configuration, for its directories; the default one if absent.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print an object; without TAP, a list of them.")
  private boolean json;

  @Parameters(
      paramLabel = "TAP",
      arity = "0..1",
      description = "The tap, or the attachment's name; all if absent.")
  private @Nullable String tap;

  @Override
  public Integer call() throws CommandFailure {
    String name = tap;
    if (name != null && !name.matches(NAME)) {
      throw new ParameterException(
          spec.commandLine(), "TAP: " + name + " (expected: the name of an attachment)");
    }
    Configuration configuration =
        file == null ? Configuration.DEFAULTS : ConfigurationFile.read(file);
    Capabilities.require("doctor");
    Path socket = configuration.admin().socket();
    Doctor doctor = new Doctor(configuration, page -> AdminClient.get(socket, page));
    Optional<Path> elsewhere = doctor.elsewhere();
    if (elsewhere.isPresent()) {
      throw new CommandFailure(
          ExitStatus.NO_PERMISSION,
          "doctor: not in the daemon's network namespace (expected: run by nsenter --net="
              + elsewhere.get()
              + ")");
    }
    return name == null ? all(doctor, configuration) : one(doctor.examine(name));
  }

  private int one(Diagnosis diagnosis) {
    if (json) {
      PythonJson text = new PythonJson();
      diagnosis.write(text);
      System.out.println(text);
    } else {
      System.out.print(diagnosis.lines());
    }
    return status(List.of(diagnosis));
  }

  private int all(Doctor doctor, Configuration configuration) throws CommandFailure {
    List<Diagnosis> all;
    try {
      all = doctor.examineAll();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.UNAVAILABLE,
          configuration.attachments().directory()
              + ": unreadable, "
              + e
              + " (expected: the directory of attachments)");
    }
    if (json) {
      PythonJson text = new PythonJson().beginArray();
      all.forEach(diagnosis -> diagnosis.write(text));
      System.out.println(text.endArray());
    } else {
      all.forEach(diagnosis -> System.out.println(diagnosis.line()));
    }
    return status(all);
  }

  private static int status(List<Diagnosis> all) {
    return all.stream().anyMatch(diagnosis -> diagnosis.broken().isPresent())
        ? ExitStatus.UNAVAILABLE
        : ExitStatus.OK;
  }
}
