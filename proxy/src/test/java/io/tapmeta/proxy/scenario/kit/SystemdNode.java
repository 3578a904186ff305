package io.tapmeta.proxy.scenario.kit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A node with Debian's systemd as its process 1, and tapmeta installed as the documentation says. */
public final class SystemdNode implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("src/test/systemd");
  private static final String IMAGE =
      System.getProperty("tapmeta.systemd.image", "/var/cache/tapmeta-test/systemd");
  private static final Duration IMAGE_PATIENCE = Duration.ofMinutes(15);
  private static final Duration BOOT = Duration.ofSeconds(60);

  private final Process process;

  public SystemdNode() {
    Command.of(PROGRAMS.resolve("systemd-image").toString(), IMAGE)
        .within(IMAGE_PATIENCE)
        .run()
        .orFail();
    try {
      Files.createDirectories(Run.logs());
      process =
          Command.of(
                  PROGRAMS.resolve("systemd-node").toString(),
                  IMAGE,
                  Run.home().resolve("../../..").toRealPath().toString(),
                  System.getProperty("java.home"))
              .start(
                  ProcessBuilder.Redirect.to(Run.logs().resolve(Run.ID + "-systemd.log").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await().atMost(BOOT).until(() -> process.children().findAny().isPresent());
    await().atMost(BOOT).until(() -> sh("systemctl is-system-running").out().equals("running\n"));
  }

  /** Runs lines of shell on the node, whatever comes of it. */
  public Command.Result sh(String lines) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--target", first(), "--all"));
    words.addAll(List.of("sh", "-c", lines));
    return Command.of(words.toArray(String[]::new)).run();
  }

  /** Process 1 of the node, as this machine sees it. */
  private String first() {
    return Long.toString(process.children().findFirst().orElseThrow().pid());
  }

  /** Ends it at once, with all that is in it. */
  @Override
  public void close() {
    process.destroyForcibly();
    await().until(() -> !process.isAlive());
  }
}
