package io.tapmeta.proxy.scenario.kit;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real haproxy in a namespace of the SDN's, with the settings that Neutron gives it; it answers by itself, with its name.
 * The program is unpacked once, in {@code -Dtapmeta.haproxy=DIR}.
 */
public final class Haproxy implements AutoCloseable {
  /** All that it ever says. */
  public static final String ANSWER = "haproxy";

  private static final Path UNPACKED =
      Path.of(System.getProperty("tapmeta.haproxy", "/var/cache/tapmeta-test/haproxy"))
          .toAbsolutePath();
  private static final Path UNPACK = Path.of("src/test/haproxy/haproxy-unpack").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Namespace namespace;
  private final Path log;
  private final Process process;

  /** The program, which is there when this returns. */
  static void unpack() {
    Command.of(UNPACK.toString(), UNPACKED.toString()).within(PATIENCE).run().orFail();
  }

  /**
   * It listens when this returns.
   *
   * @param binds where, each as its configuration has it after "bind"
   */
  Haproxy(Namespace namespace, Path directory, List<String> binds) {
    this.namespace = namespace;
    Path file = directory.resolve(namespace.name() + ".conf");
    log = directory.resolve(namespace.name() + ".log");
    try {
      Files.writeString(file, configuration(binds));
      process =
          namespace
              .command(
                  UNPACKED.resolve("usr/sbin/haproxy").toString(), "-db", "-f", file.toString())
              .with(Map.of("LD_LIBRARY_PATH", libraries()))
              .start(ProcessBuilder.Redirect.to(log.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await().until(() -> listeners() == binds.size());
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  private long listeners() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("haproxy ended:\n" + Files.readString(log));
    }
    return namespace.command("ss", "-Hltn").run().orFail().lines().count();
  }

  private static String configuration(List<String> binds) {
    return """
        global
          maxconn 1024
          nbthread 2
        defaults
          mode http
          option http-server-close
          option forwardfor
          timeout http-request 30s
          timeout connect 30s
          timeout client 32s
          timeout server 32s
          timeout http-keep-alive 30s
        listen listener
        %s
          http-request return status 200 content-type text/plain string %s
        """
        .formatted(binds.stream().map("  bind %s"::formatted).collect(joining("\n")), ANSWER);
  }

  private static String libraries() throws IOException {
    try (Stream<Path> folders = Files.list(UNPACKED.resolve("usr/lib"))) {
      return folders.map(Path::toString).collect(joining(":"));
    }
  }
}
