package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.neutron.NeutronImport;
import io.tapmeta.proxy.neutron.OptionFile;
import io.tapmeta.proxy.neutron.Secret;
import io.tapmeta.proxy.neutron.SecretPlace;
import io.tapmeta.resolver.text.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    name = "import-neutron",
    description =
        "Prints the configuration that does what Neutron's metadata agent was told to do, and says"
            + " of every option what became of it. The shared secret is never printed.",
    mixinStandardHelpOptions = true)
final class ImportNeutronCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--secret-file",
      paramLabel = "PATH",
      description = "Write the shared secret there, for its owner only, and name it so.")
  private @Nullable Path secretFile;

  @Option(names = "--force", description = "Even if PATH is there already.")
  private boolean force;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "metadata_agent.ini, neutron_ovn_metadata_agent.ini, ovn_agent.ini, nova.conf or others"
              + " that go with them; later ones count more.")
  private List<Path> files = new ArrayList<>();

  @Override
  public Integer call() throws CommandFailure {
    if (force && secretFile == null) {
      throw new ParameterException(spec.commandLine(), "--force: needs --secret-file");
    }
    Optional<Path> target =
        Optional.ofNullable(secretFile).map(path -> path.toAbsolutePath().normalize());
    List<Fault> faults = new ArrayList<>();
    List<OptionFile> read = new ArrayList<>();
    for (Path file : files) {
      read(file, faults).ifPresent(read::add);
    }
    NeutronImport imported =
        NeutronImport.of(
                read,
                target.map(path -> new SecretPlace(path, true)).orElse(SecretPlace.USUAL),
                faults)
            .orElseThrow(() -> CommandFailure.configuration(faults.stream().distinct().toList()));
    if (target.isPresent()) {
      write(imported.secret(), target.get());
    }
    System.out.writeBytes(imported.configuration().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
    return ExitStatus.OK;
  }

  private static Optional<OptionFile> read(Path file, List<Fault> faults) throws CommandFailure {
    try {
      return Optional.of(new OptionFile(file.toString(), Files.readAllBytes(file)));
    } catch (NoSuchFileException _) {
      faults.add(new Fault(file.toString(), 0, "no such file (expected: a file of options)"));
      return Optional.empty();
    } catch (AccessDeniedException _) {
      throw new CommandFailure(
          ExitStatus.NO_PERMISSION,
          file + ": permission denied (expected: a user who may read it)");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.UNAVAILABLE, file + ": " + e.getMessage() + " (expected: a file of options)");
    }
  }

  private void write(Optional<Secret> secret, Path target) throws CommandFailure {
    if (secret.isEmpty()) {
      throw new CommandFailure(
          ExitStatus.CONFIGURATION,
          "--secret-file: nothing to write (expected: a file with metadata_proxy_shared_secret)");
    }
    try {
      if (isRead(target)) {
        throw new ParameterException(
            spec.commandLine(), "--secret-file: " + target + " is one of the files to read");
      }
      if (force) {
        secret.get().replace(target);
      } else {
        secret.get().writeTo(target);
      }
    } catch (FileAlreadyExistsException _) {
      throw new CommandFailure(
          ExitStatus.UNAVAILABLE, target + ": is there already (expected: a new file, or --force)");
    } catch (AccessDeniedException _) {
      throw new CommandFailure(
          ExitStatus.NO_PERMISSION,
          target + ": permission denied (expected: a user who may write there)");
    } catch (NoSuchFileException _) {
      throw new CommandFailure(
          ExitStatus.UNAVAILABLE, target + ": no such directory (expected: one that is there)");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.UNAVAILABLE, target + ": " + e.getMessage() + " (expected: a new file)");
    }
  }

  /** Forced or not, a secret must not take the place of what it was read from. */
  private boolean isRead(Path target) throws IOException {
    for (Path file : files) {
      if (Files.exists(target) && Files.isSameFile(target, file)) {
        return true;
      }
    }
    return false;
  }
}
