package io.tapmeta.proxy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a node: its configuration, records and attachments. */
final class NodeFiles {
  private final Path directory;

  NodeFiles(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("instances"));
    Files.createDirectories(directory.resolve("attachments"));
  }

  /** The configuration, with {@code more} at its end. */
  Path configuration(String more) throws IOException {
    return Files.writeString(
        directory.resolve("tapmeta.yaml"),
        """
        attachments: {directory: %1$s/attachments}
        sources: {directory: %1$s/instances}
        passwords: {directory: %1$s/passwords}
        admin: {listen: "127.0.0.1:0", socket: %1$s/admin.sock}
        %2$s
        """
            .formatted(directory, more));
  }

  Path configuration() throws IOException {
    return configuration("");
  }

  void record(String name, String content) throws IOException {
    Files.writeString(directory.resolve("instances").resolve(name + ".json"), content);
  }

  void attachment(String name, String content) throws IOException {
    Files.writeString(directory.resolve("attachments").resolve(name + ".json"), content);
  }
}
