package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Looks, after each class, that nothing of this run is left on the machine, and that no daemon
 * complained of itself; after a test that failed, prints what the daemons of its class had to say.
 */
final class Leftovers implements AfterTestExecutionCallback, AfterAllCallback {
  /** What no daemon says unless something is wrong with it: ours, then Netty's own words. */
  private static final List<String> BUGS =
      List.of(": a bug", "LEAK: ", "A task raised an exception");

  private static final List<Path> logs = new CopyOnWriteArrayList<>();

  static void started(Path log) {
    logs.add(log);
  }

  /** The names of this run's namespaces. */
  static List<String> namespaces() {
    return namesIn("/run/netns");
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws IOException {
    if (context.getExecutionException().isPresent()) {
      for (Path log : logs) {
        System.err.printf("--- %s, %s:%n%s", context.getDisplayName(), log, Files.readString(log));
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    List<String> left = new ArrayList<>(namespaces());
    left.addAll(namesIn(System.getProperty("java.io.tmpdir")));
    Command.of("ip", "-o", "link")
        .run()
        .orFail()
        .lines()
        .filter(line -> line.contains(Run.ID))
        .forEach(left::add);
    ProcessHandle.current().descendants().map(Object::toString).forEach(left::add);
    for (Path log : logs) {
      Files.readAllLines(log).stream().filter(Leftovers::tellsOfABug).forEach(left::add);
    }
    logs.clear();
    if (!left.isEmpty()) {
      // The next class has nothing to do with it.
      namespaces().forEach(name -> Namespace.named(name).close());
      throw new AssertionError("left behind: " + left);
    }
  }

  private static boolean tellsOfABug(String line) {
    return BUGS.stream().anyMatch(line::contains);
  }

  private static List<String> namesIn(String directory) {
    if (!Files.isDirectory(Path.of(directory))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(Run.ID))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
