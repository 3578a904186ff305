package io.tapmeta.proxy.scenario.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged application, running inside a node. */
public final class Daemon implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  /** How exactly it is known how long a start takes. */
  private static final Duration LOOK = Duration.ofMillis(20);

  private static final Duration END = Duration.ofSeconds(15);

  private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");

  private final Namespace node;
  private final DaemonConfig config;
  private final Path log;
  private final int adminPort;
  private final Process process;
  private boolean excused;

  /**
   * @param confinement a program with its arguments that becomes the daemon, with fewer rights
   */
  Daemon(ComputeNode node, DaemonConfig config, List<String> confinement, String... options) {
    this.node = node.namespace();
    this.config = config;
    this.adminPort = config.adminPort();
    try {
      Files.createDirectories(Run.logs());
      log = Files.createTempFile(Run.logs(), this.node.name() + "-", ".log");
      process =
          this.node
              // Whoever runs the tests may ignore SIGHUP, which a process would inherit for good.
              .command(words(config, confinement, options))
              .start(ProcessBuilder.Redirect.to(log.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Leftovers.started(log);
  }

  public DaemonConfig config() {
    return config;
  }

  /** Waits until every attachment is served. */
  public Daemon awaitReady() {
    await()
        .atMost(START)
        .pollInterval(LOOK)
        .until(() -> isListening() && admin("/readyz").status() == 200);
    return this;
  }

  /** Waits until the admin side answers, ready or not. */
  public Daemon awaitStart() {
    await().atMost(START).until(this::isListening);
    return this;
  }

  /** Waits until a guest that was attached meanwhile is served. */
  public Daemon awaitListening(Guest guest) {
    String line = "\"name\": \"%s\", \"state\": \"listening\"".formatted(guest.tap());
    await().until(() -> admin("/attachments").text().contains(line));
    return this;
  }

  /** A page of the admin side. */
  public Response admin(String path) {
    try (Connection connection = node.connect(0, "127.0.0.1", adminPort)) {
      return connection.get(path);
    }
  }

  public MetricsPage metrics() {
    return new MetricsPage(admin("/metrics").text());
  }

  /** The value of one series now, named with its labels as the page has them. */
  public double metric(String series) {
    return metrics().value(series);
  }

  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Daemon awaitLog(String part) {
    await().until(() -> log().contains(part));
    return this;
  }

  public void hangUp() {
    Command.of("kill", "-HUP", Long.toString(process.pid())).run().orFail();
  }

  /** Asks it to end, and goes on. */
  public void terminate() {
    process.destroy();
  }

  /** Ends it at once, without a chance to do anything about it. */
  public void kill() {
    excused = true;
    process.destroyForcibly();
    exitStatus();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Its exit status, once it has ended by itself. */
  public int exitStatus() {
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Descriptors that it has open. */
  public long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long threads() {
    return status("Threads:");
  }

  /** Has it collect what nobody needs any more. */
  public void collect() {
    jcmd("GC.run");
  }

  private String jcmd(String command) {
    return Command.of(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(process.pid()),
            command)
        .run()
        .orFail();
  }

  /** For each of these classes, how many objects of it are in use on its heap. */
  public List<Long> objects(String... classes) {
    // Has it collect first.
    String histogram = jcmd("GC.class_histogram");
    return Stream.of(classes)
        .map(
            name ->
                histogram
                    .lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length >= 4 && words[3].equals(name))
                    .mapToLong(words -> Long.parseLong(words[1]))
                    .sum())
        .toList();
  }

  /** Processor time it has used. */
  public Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  /** From now on it may have no more of them open. */
  public void limitDescriptors(int most) {
    Command.of("prlimit", "--pid", Long.toString(process.pid()), "--nofile=%d:".formatted(most))
        .run()
        .orFail();
  }

  /** Resident memory in KiB. */
  public long residentKibibytes() {
    return status("VmRSS:");
  }

  /**
   * Resident memory outside of the Java heap in KiB. A heap of less than 4 GiB lies below that
   * address, and nothing else does.
   */
  public long nativeKibibytes() {
    boolean above = false;
    long sum = 0;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps"))) {
        if (MAPPING.matcher(line).lookingAt()) {
          above = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16) >= 1L << 32;
        } else if (above && line.startsWith("Rss:")) {
          sum += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long status(String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It ends by itself with this status, as it should. */
  public void endsWith(int status) {
    assertThat(exitStatus()).as(log()).isEqualTo(status);
    excused = true;
  }

  /** Ends it where it has not ended, by force where it does not end when asked. */
  @Override
  public void close() {
    try {
      terminate();
      if (exitStatus() != 0 && !excused) {
        throw new AssertionError("ended with status " + exitStatus() + ":\n" + log());
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static String[] words(DaemonConfig config, List<String> confinement, String... options) {
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=HUP"));
    words.addAll(confinement);
    words.addAll(List.of(Run.tapmeta().toString(), "run"));
    Collections.addAll(words, "--config", config.file().toString());
    Collections.addAll(words, options);
    return words.toArray(String[]::new);
  }

  private boolean isListening() {
    if (!process.isAlive()) {
      throw new AssertionError("ended with status " + process.exitValue() + ":\n" + log());
    }
    return log().contains("started; metrics and health on");
  }
}
