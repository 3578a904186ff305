package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.metrics.BuildInfo;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapmeta}: one command a word. */
@Command(
    name = "tapmeta",
    description = "Answers http://169.254.169.254 for the virtual machines of this compute node.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      CheckConfigCommand.class,
      QueryCommand.class,
      PasswordCommand.class,
      ImportNeutronCommand.class,
      StateCommand.Status.class,
      StateCommand.Attachments.class,
      StateCommand.Instances.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Ends the process with the command's exit status. */
  public static void main(String[] arguments) {
    // Not left to the last thread that is no daemon: one of Netty's stays for another second.
    System.exit(execute(arguments));
  }

  static int execute(String... arguments) {
    return isPlainRun(arguments) ? run(Path.of(arguments[2])) : parse(arguments);
  }

  /**
   * As the unit starts it. The classes of picocli are in a format too old for the AOT cache, and to load
   * them is a quarter of a start.
   */
  private static boolean isPlainRun(String... arguments) {
    return arguments.length == 3
        && arguments[0].equals("run")
        && arguments[1].equals("--config")
        && arguments[2].startsWith("/");
  }

  private static int run(Path configuration) {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    try {
      return new RunCommand(configuration).call();
    } catch (CommandFailure failure) {
      return report(failure, err);
    } catch (RuntimeException | InterruptedException bug) {
      bug.printStackTrace(err);
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private static int report(CommandFailure failure, PrintWriter err) {
    String.valueOf(failure.getMessage()).lines().forEach(text -> err.println("tapmeta: " + text));
    return failure.status();
  }

  private static int parse(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    CommandLine completion = new CommandLine(new GenerateCompletion());
    line.addSubcommand("completion", completion);
    line.setParameterExceptionHandler(
        (mistake, _) -> {
          mistake.getCommandLine().getErr().println("tapmeta: " + mistake.getMessage());
          return ExitStatus.USAGE;
        });
    line.setExecutionExceptionHandler(
        (failure, command, _) -> {
          if (failure instanceof CommandFailure known) {
            return report(known, command.getErr());
          }
          throw failure;
        });
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command (expected: one of tapmeta --help)");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      BuildInfo build = BuildInfo.ofThisJar();
      return new String[] {
        "tapmeta %s (revision %s, Java %s)"
            .formatted(build.version(), build.revision(), System.getProperty("java.version"))
      };
    }
  }
}
