package io.tapmeta.proxy.neutron;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The shared secret on its way from one file to another. Never printed. */
public record Secret(String text) {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * Writes the secret and a line feed into a new file for its owner alone, all of it or nothing.
   *
   * @throws java.nio.file.FileAlreadyExistsException where there is one already
   */
  public void writeTo(Path file) throws IOException {
    viaDraft(file, draft -> Files.createLink(file, draft));
  }

  /** As {@link #writeTo}, in the place of a file that may be there already. */
  public void replace(Path file) throws IOException {
    viaDraft(file, draft -> Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE));
  }

  private void viaDraft(Path file, Step last) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(directory, ".shared-secret", "", OWNER_ONLY);
    try {
      fill(draft);
      last.run(draft);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private void fill(Path draft) throws IOException {
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private interface Step {
    void run(Path draft) throws IOException;
  }

  @Override
  public String toString() {
    return "***";
  }
}
