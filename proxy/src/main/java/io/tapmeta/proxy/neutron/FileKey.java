package io.tapmeta.proxy.neutron;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A key whose value is a file, by its full path. */
final class FileKey {
  private FileKey() {}

  /** Adds the key, if a file sets the option to a path that can stand there. */
  static void add(Options options, Option option, String key, Draft draft, String... notes) {
    if (options.inForce(option).isEmpty()) {
      return;
    }
    options
        .text(option)
        .ifPresent(
            text -> {
              Optional<Path> path = absolute(text);
              if (path.isPresent()) {
                String value = OneLine.quoted(path.get().toString());
                draft.key(key, value, options, List.of(option), notes);
              } else {
                draft.settle(options, option, left(text, key));
              }
            });
  }

  private static Fate left(String text, String key) {
    return text.isEmpty()
        ? new Fate.NotNeeded("It is empty, which is the default.")
        : new Fate.NotCarried(
            key + " takes a full path only, of a file whose name has no dot in front.");
  }

  private static Optional<Path> absolute(String text) {
    try {
      return Optional.of(Path.of(text).normalize())
          .filter(path -> path.isAbsolute() && path.getFileName() != null)
          .filter(path -> !path.getFileName().toString().startsWith("."));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }
}
