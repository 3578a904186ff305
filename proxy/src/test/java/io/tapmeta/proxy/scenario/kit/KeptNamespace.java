package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network namespace that lives at least as long as this, whatever becomes of its name. */
public final class KeptNamespace implements AutoCloseable {
  private final Path file;

  KeptNamespace(String path) {
    try {
      file = Files.createTempFile("tapmeta-" + Run.ID + "-", ".netns");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.of("mount", "--bind", path, file.toString()).run().orFail();
  }

  /** TCP connections of anybody in here. */
  public long connections() {
    return Namespace.connections(file.toString());
  }

  @Override
  public void close() {
    Command.of("umount", file.toString()).run().orFail();
    Command.of("rm", file.toString()).run().orFail();
  }
}
