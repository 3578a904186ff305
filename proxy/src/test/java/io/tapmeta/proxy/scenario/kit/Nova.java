package io.tapmeta.proxy.scenario.kit;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A real Nova metadata API on a node's loopback, with an instance like each of some records. */
public final class Nova implements AutoCloseable {
  public static final int PORT = 8775;
  public static final String SECRET = "correct-horse";

  private static final Path PROGRAMS = Path.of("src/test/nova").toAbsolutePath();
  private static final String PROGRAM = PROGRAMS.resolve("nova-metadata").toString();
  private static final String IMAGE =
      System.getProperty("tapmeta.nova.image", "/var/cache/tapmeta-test/nova");
  private static final Duration IMAGE_PATIENCE = Duration.ofMinutes(15);
  private static final Duration TABLE_PATIENCE = Duration.ofMinutes(5);
  private static final Duration START = Duration.ofSeconds(60);

  private final Namespace node;
  private final Path directory;
  private Optional<Process> process = Optional.empty();

  /** What is between Nova and its connections. */
  public enum Server {
    /** As Debian runs it: the end of the connection ends an answer. */
    UWSGI,
    /** Nova's own, which keeps connections. */
    EVENTLET
  }

  /** Makes the image that Novas are run from, once for this machine. */
  private static void install() {
    Command.of(PROGRAMS.resolve("nova-image").toString(), IMAGE)
        .within(IMAGE_PATIENCE)
        .run()
        .orFail();
  }

  /** The conformance table before a Nova in one process, as {@code against-nova} does it. */
  public static Command.Result table(Path directory) {
    install();
    return Command.of(PROGRAM, "table", "--image", IMAGE, directory.toString())
        .within(TABLE_PATIENCE)
        .run();
  }

  Nova(ComputeNode node, List<Path> records) {
    install();
    this.node = node.namespace();
    directory = node.directory().resolve("nova");
    List<String> words =
        new ArrayList<>(List.of(PROGRAM, "seed", "--image", IMAGE, directory.toString()));
    records.forEach(record -> words.add(record.toString()));
    Command.of(words.toArray(String[]::new)).within(START).run().orFail();
  }

  public Nova start(Server server, String secret) {
    process = Optional.of(serve(server, secret));
    return this;
  }

  /** As Debian runs it, with the usual secret. */
  public Nova start() {
    return start(Server.UWSGI, SECRET);
  }

  /** Ends at once, with all that is under way. */
  public Nova kill() {
    List<ProcessHandle> all =
        process.map(Process::toHandle).stream()
            .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
            .toList();
    // The one that the others are from is the first, or it would start others.
    for (ProcessHandle one : all) {
      one.destroyForcibly();
      await().until(() -> !one.isAlive());
    }
    return this;
  }

  /** What Nova answers to whoever has the secret; empty where it ends the connection instead. */
  public Optional<Response> ask(
      String uuid, String project, String method, String target, List<String> headers) {
    try (Connection connection = node.connect(0, "127.0.0.1", PORT)) {
      String request =
          """
          %s %s HTTP/1.1
          Host: 127.0.0.1
          Connection: close
          X-Instance-ID: %s
          X-Tenant-ID: %s
          X-Instance-ID-Signature: %s
          X-Forwarded-For: %s
          %s
          """
              .formatted(
                  method,
                  target,
                  uuid,
                  project,
                  signature(uuid),
                  Guest.ADDRESS,
                  headers.stream().map(line -> line + "\n").collect(joining()));
      return Optional.of(connection.send(request.replace("\n", "\r\n")).readToEnd());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof EOFException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Its own log. */
  public String log() {
    return text("nova.log");
  }

  /** What its server has to say, with a line for each request. */
  public String accessLog() {
    return text("server.log");
  }

  @Override
  public void close() {
    kill();
  }

  private Process serve(Server server, String secret) {
    String name = server.name().toLowerCase(Locale.ROOT);
    try {
      Process started =
          node.command(
                  PROGRAM,
                  "serve",
                  "--image",
                  IMAGE,
                  directory.toString(),
                  "--server",
                  name,
                  "--secret",
                  secret)
              .start(ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()));
      await().atMost(START).until(() -> answers(started));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers(Process started) {
    if (!started.isAlive()) {
      throw new AssertionError("Nova ended:\n" + accessLog());
    }
    try (Connection connection = node.connect(0, "127.0.0.1", PORT)) {
      return connection.send("GET / HTTP/1.0\r\n\r\n").readToEnd().status() == 200;
    } catch (UncheckedIOException _) {
      return false;
    }
  }

  private String text(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String signature(String uuid) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(uuid.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
