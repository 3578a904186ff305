package io.tapmeta.proxy.doctor;

import io.tapmeta.proxy.listen.AttachmentDirectory;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The wiring's files, as the first step. */
final class AttachmentFiles {
  private static final String SUFFIX = ".json";

  private final Path directory;

  /**
   * What a file is.
   *
   * @param attachment empty where it is broken
   */
  record Read(Finding finding, Optional<Attachment> attachment) {}

  AttachmentFiles(Path directory) {
    this.directory = directory;
  }

  /** The names of all attachments. */
  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX) && !file.startsWith("."))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  Read read(String name) {
    Path file = directory.resolve(name + SUFFIX);
    if (!Files.exists(file)) {
      return broken(
          file
              + ": no such file (expected: written by tapmeta-attach "
              + name
              + ", its last step)");
    }
    Faults faults = new Faults(file.toString());
    Optional<Attachment> attachment = AttachmentDirectory.read(file, faults);
    if (attachment.isEmpty()) {
      return broken(faults.list().getFirst().toString());
    }
    if (!attachment.get().name().equals(name)) {
      return broken(
          "%s: name: \"%s\" (expected: \"%s\", as its file)"
              .formatted(file, attachment.get().name(), name));
    }
    try {
      String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
      return new Read(
          Finding.ok(
              Step.FILE,
              "%s: mode %s, %s".formatted(file, attachment.get().mode().word(), permissions)),
          attachment);
    } catch (IOException e) {
      return broken(file + ": " + e);
    }
  }

  private static Read broken(String seen) {
    return new Read(Finding.broken(Step.FILE, seen), Optional.empty());
  }
}
