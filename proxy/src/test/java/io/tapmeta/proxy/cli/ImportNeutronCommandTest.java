package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command prints, writes and ends with. */
final class ImportNeutronCommandTest {
  @TempDir private Path directory;
  private Path agent;
  private Path secret;

  /** How a command ended. */
  private record Ending(int status, String printed, String said) {}

  @BeforeEach
  void writeAgentsFile() throws IOException {
    agent =
        Files.writeString(
            directory.resolve("metadata_agent.ini"),
            "[DEFAULT]\nnova_metadata_host = controller\nmetadata_proxy_shared_secret = hunter2\n");
    secret = directory.resolve("shared-secret");
  }

  @Test
  void printsAConfigurationThatIsGood() throws IOException {
    Ending ending = run(agent.toString());
    assertThat(ending.status).isZero();
    assertThat(ending.said).isEmpty();
    assertThat(ending.printed)
        .contains("endpoints: [\"http://controller:8775\"]")
        .doesNotContain("hunter2");
    Path file = Files.writeString(directory.resolve("tapmeta.yaml"), ending.printed);
    Faults faults = new Faults("tapmeta.yaml");
    assertThat(ConfigurationReader.read(file, faults)).isPresent();
    assertThat(faults.list()).isEmpty();
  }

  @Test
  void writesTheSecretForItsOwnerOnly() throws IOException {
    Ending ending = run("--secret-file", secret.toString(), agent.toString());
    assertThat(ending.status).isZero();
    assertThat(ending.printed)
        .contains("shared_secret_file: \"" + secret + "\"")
        .doesNotContain("hunter2");
    assertThat(secret).hasContent("hunter2\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertOnlyFiles(agent, secret);
    Path file = Files.writeString(directory.resolve("tapmeta.yaml"), ending.printed);
    assertThat(Main.execute("check-config", file.toString())).isZero();
  }

  @Test
  void leavesASecretThatIsThere() throws IOException {
    Files.writeString(secret, "other");
    Ending ending = run("--secret-file", secret.toString(), agent.toString());
    assertThat(ending.status).isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(ending.printed).isEmpty();
    assertThat(ending.said)
        .isEqualTo(
            "tapmeta: " + secret + ": is there already (expected: a new file, or --force)\n");
    assertThat(secret).hasContent("other");
    assertOnlyFiles(agent, secret);
  }

  @Test
  void replacesASecretThatIsThereIfForced() throws IOException {
    Files.writeString(secret, "other");
    assertThat(run("--force", "--secret-file", secret.toString(), agent.toString()).status)
        .isZero();
    assertThat(secret).hasContent("hunter2\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertOnlyFiles(agent, secret);
  }

  @Test
  void doesNotOverwriteWhatItReads() throws IOException {
    Ending ending = run("--force", "--secret-file", agent.toString(), agent.toString());
    assertThat(ending.status).isEqualTo(ExitStatus.USAGE);
    assertThat(ending.printed).isEmpty();
    assertThat(Files.readString(agent)).contains("controller");
  }

  @Test
  void needsASecretToWrite() throws IOException {
    Files.writeString(agent, "[DEFAULT]\nmetadata_proxy_shared_secret =\n");
    Ending ending = run("--secret-file", secret.toString(), agent.toString());
    assertThat(ending.status).isEqualTo(ExitStatus.CONFIGURATION);
    assertThat(ending.printed).isEmpty();
    assertOnlyFiles(agent);
  }

  @Test
  void needsADirectoryToWriteTo() {
    Ending ending =
        run("--secret-file", directory.resolve("none/secret").toString(), agent.toString());
    assertThat(ending.status).isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(ending.printed).isEmpty();
    assertThat(ending.said).contains("none/secret: no such directory");
  }

  @Test
  void printsNothingAfterAFault() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.ini"), "[DEFAULT]\nsecret hunter2\n");
    Ending ending =
        run("--secret-file", secret.toString(), agent.toString(), broken.toString(), "missing.ini");
    assertThat(ending.status).isEqualTo(ExitStatus.CONFIGURATION);
    assertThat(ending.printed).isEmpty();
    assertThat(ending.said)
        .contains("tapmeta: " + broken + ":2: no option (expected: ")
        .contains("tapmeta: missing.ini: no such file (expected: ")
        .doesNotContain("hunter2");
    assertOnlyFiles(agent, broken);
  }

  @Test
  void saysThatADirectoryIsNoFile() {
    Ending ending = run(directory.toString());
    assertThat(ending.status).isEqualTo(ExitStatus.UNAVAILABLE);
    assertThat(ending.said).startsWith("tapmeta: " + directory + ": ");
  }

  @Test
  void needsFiles() {
    assertThat(run().status).isEqualTo(ExitStatus.USAGE);
    assertThat(run("--force", agent.toString()).status).isEqualTo(ExitStatus.USAGE);
  }

  private void assertOnlyFiles(Path... files) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      assertThat(found).containsExactlyInAnyOrder(files);
    }
  }

  private static Ending run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      int status =
          Main.execute(
              Stream.concat(Stream.of("import-neutron"), Stream.of(arguments))
                  .toArray(String[]::new));
      return new Ending(
          status, printed.toString(StandardCharsets.UTF_8), said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
