package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Programs in another place, readable by everybody, as long as it is open. */
public final class Relocation implements AutoCloseable {
  private static final List<String> TOOLS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final Path directory;

  private Relocation() throws IOException {
    directory = Files.createTempDirectory("tapmeta-" + Run.ID + "-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  public static Relocation ofTheApplication() throws IOException {
    return new Relocation().copied(Run.home(), "tapmeta");
  }

  public static Relocation ofTheScripts() throws IOException {
    return new Relocation().copied(Run.script("tapmeta-attach").getParent(), "scripts");
  }

  /** Links to all programs of this machine whose names do not begin so. */
  public static Relocation ofToolsWithout(String prefix) throws IOException {
    Relocation made = new Relocation();
    for (String place : TOOLS) {
      if (!Files.isDirectory(Path.of(place))) {
        continue;
      }
      try (Stream<Path> files = Files.list(Path.of(place))) {
        for (Path file : files.toList()) {
          Path link = made.directory.resolve(file.getFileName());
          if (!file.getFileName().toString().startsWith(prefix) && !Files.exists(link)) {
            Files.createSymbolicLink(link, file.toRealPath());
          }
        }
      }
    }
    return made;
  }

  /**
   * Programs of these names that do nothing but complain, ahead of the real ones.
   *
   * @param complaint their one line on standard error; empty for none
   */
  public static Relocation ofRefusingTools(String complaint, String... names) throws IOException {
    Relocation made = new Relocation();
    for (String name : names) {
      Path program = made.directory.resolve(name);
      String said = complaint.isEmpty() ? "" : "echo '%s' >&2\n".formatted(complaint);
      Files.writeString(program, "#!/bin/sh\n" + said + "exit 1\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return made;
  }

  public Path tapmeta() {
    return directory.resolve("tapmeta/bin/tapmeta");
  }

  public Path script(String name) {
    return directory.resolve("scripts").resolve(name);
  }

  /** For the variable of that name. */
  public String path() {
    return directory.toString();
  }

  /** For the variable of that name: these programs ahead of all others of this machine. */
  public String pathBeforeOthers() {
    return directory + ":" + String.join(":", TOOLS);
  }

  @Override
  public void close() {
    Command.of("rm", "-rf", directory.toString()).run().orFail();
  }

  private Relocation copied(Path what, String name) {
    Command.of("cp", "-rL", what.toString(), directory.resolve(name).toString()).run().orFail();
    return this;
  }
}
