package io.tapmeta.proxy.audit;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.tapmeta.proxy.config.Audit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Where the lines go: a file that grows at its end, or standard error. */
final class AuditFile {
  private AuditFile() {}

  /**
   * Opens it.
   *
   * @throws IOException naming it, and what was expected
   */
  static WritableByteChannel open(Audit.Target target) throws IOException {
    if (target.file().isPresent()) {
      return open(target.file().get());
    }
    return target.isOn() ? standardError() : new Nowhere();
  }

  /** As far as can be told without making it. */
  static void check(Path file) throws IOException {
    // Opening a pipe waits for its reader, and what is no file cannot be turned over.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("audit.log: %s (expected: a file, or nothing yet)".formatted(file));
    }
    Path directory = file.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new IOException(
          "audit.log: %s: no directory %s (expected: a file in a directory that is there)"
              .formatted(file, directory));
    }
  }

  private static WritableByteChannel open(Path file) throws IOException {
    check(file);
    try {
      return FileChannel.open(
          file,
          Set.of(CREATE, WRITE, APPEND),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    } catch (IOException e) {
      throw new IOException(
          "audit.log: %s (expected: a file that can be written, in a directory that is there)"
              .formatted(e),
          e);
    }
  }

  /** The descriptor is the process's, and stays open whatever becomes of the channel. */
  private static WritableByteChannel standardError() {
    FileOutputStream out = new FileOutputStream(FileDescriptor.err);
    return new Nowhere() {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        return out.getChannel().write(bytes);
      }
    };
  }

  /** Takes everything. */
  private static class Nowhere implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int taken = bytes.remaining();
      bytes.position(bytes.limit());
      return taken;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
