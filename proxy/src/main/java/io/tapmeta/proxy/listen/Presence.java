package io.tapmeta.proxy.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Tells whoever plugs a guest in that a daemon is here, and when it listens for that guest.
 *
 * <p>While it follows the attachments directory, {@code .daemon} in there has its process id. Whoever
 * has put {@code .NAME.waiting} beside it before the attachment's file waits until it is gone. Both
 * only save time: where the directory cannot be written, nobody waits.
 */
public final class Presence implements AutoCloseable {
  private final Path directory;
  private final Path mark;
  private final String self = ProcessHandle.current().pid() + "\n";

  public Presence(Path directory) {
    this.directory = directory;
    this.mark = directory.resolve(".daemon");
  }

  /** Takes the place of a predecessor too, which may still be ending. */
  public void announce() {
    Path fresh = directory.resolve(".daemon." + ProcessHandle.current().pid());
    try {
      Files.writeString(fresh, self);
      Files.move(fresh, mark, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException _) {
      // Nobody waits.
    }
  }

  /** The attachment of this name is listened for. */
  public void listening(String name) {
    delete(directory.resolve("." + name + ".waiting"));
  }

  /** The mark goes, unless it is a successor's by now. */
  @Override
  public void close() {
    try {
      if (Files.readString(mark).equals(self)) {
        Files.delete(mark);
      }
    } catch (IOException _) {
      // It was not there, or it stays and names a process that is gone.
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // Whoever waits does so for a bounded time.
    }
  }
}
