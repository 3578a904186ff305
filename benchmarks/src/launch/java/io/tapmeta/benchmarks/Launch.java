package io.tapmeta.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Main class of {@code benchmarks.jar}: runs JMH on a Java that is new enough for the benchmarks, with the
 * options of the daemon. It is itself compiled for Java 17, so that any {@code java} on the PATH will do.
 */
public final class Launch {
  private static final int NEEDED = 25;
  private static final int UNAVAILABLE = 69;

  private Launch() {}

  /** Takes the arguments of JMH; JVM options given to this JVM are passed on. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Optional<Path> home = javaHome();
    if (home.isEmpty()) {
      System.err.printf(
          "benchmarks: no Java %d or newer: this one is %d (%s), and there is none in JAVA_HOME or"
              + " under /usr/lib/jvm%n",
          NEEDED, Runtime.version().feature(), System.getProperty("java.home"));
      System.exit(UNAVAILABLE);
    }

    List<String> command = new ArrayList<>();
    command.add(home.orElseThrow().resolve("bin/java").toString());
    command.addAll(jvmOptions(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    // JMH itself still uses Unsafe, and not a word about it shall stand between the results; Netty
    // does
    // without, as in the daemon.
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dio.netty.noUnsafe=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.openjdk.jmh.Main");
    Collections.addAll(command, arguments);

    Process jmh = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(jmh::destroy, "stop-jmh"));
    System.exit(jmh.waitFor());
  }

  /** This JVM's own home if it will do, else the first that does. */
  private static Optional<Path> javaHome() throws IOException {
    List<Path> candidates = new ArrayList<>();
    candidates.add(Path.of(System.getProperty("java.home")));
    String javaHome = System.getenv("JAVA_HOME");
    if (javaHome != null && !javaHome.isEmpty()) {
      candidates.add(Path.of(javaHome));
    }
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (DirectoryStream<Path> directories = Files.newDirectoryStream(installed)) {
        directories.forEach(candidates::add);
      }
    }
    for (Path candidate : candidates) {
      if (version(candidate) >= NEEDED) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The feature version in the file {@code release} of a Java's directory; 0 if there is no Java in it. */
  private static int version(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
      return 0;
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(release)) {
      properties.load(in);
    }
    String quoted = properties.getProperty("JAVA_VERSION", "");
    String feature = quoted.replaceFirst("^\"?(\\d*).*", "$1");
    return feature.isEmpty() ? 0 : Integer.parseInt(feature);
  }

  /** The daemon's options and then the caller's, which win. */
  private static List<String> jvmOptions(List<String> callers) throws IOException {
    List<String> options = new ArrayList<>();
    if (callers.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      options.add("-XX:+UseSerialGC");
    }
    try (InputStream in = Launch.class.getResourceAsStream("/jvm.options")) {
      if (in == null) {
        throw new IllegalStateException("jvm.options: not in the jar");
      }
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(options::add);
    }
    options.addAll(callers);
    return options;
  }
}
