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

  /** Process 1 of the node, as this machine sees it. */
  private final long first;

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
    try {
      await().atMost(BOOT).until(this::isForked);
      first = process.children().findFirst().orElseThrow().pid();
      await().atMost(BOOT).until(() -> sh("systemctl is-system-running").out().equals("running\n"));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** True where what has become of the script has a child for good, and not one of the script's own. */
  private boolean isForked() {
    return process.info().command().filter(name -> name.endsWith("/unshare")).isPresent()
        && process.children().findAny().isPresent();
  }

  /** Runs lines of shell on the node, whatever comes of it. */
  public Command.Result sh(String lines) {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "--target", Long.toString(first), "--all"));
    words.addAll(List.of("sh", "-c", lines));
    return Command.of(words.toArray(String[]::new)).run();
  }

  /** Ends it at once, with all that is in it. */
  @Override
  public void close() {
    process.destroyForcibly();
    await().until(() -> !process.isAlive());
  }
}
