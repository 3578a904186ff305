package io.tapmeta.proxy.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that nobody but the daemon should read; one that others may is read, and complained of. */
final class SecretFile {
  private static final Logger log = LoggerFactory.getLogger(SecretFile.class);

  /** A group may read it: Neutron's own secrets are mostly root's with the service's group. */
  private static final Set<PosixFilePermission> TOO_MUCH =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private SecretFile() {}

  /** All bytes of the file. */
  static byte[] read(Path file) throws IOException {
    Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
    if (given.stream().anyMatch(TOO_MUCH::contains)) {
      log.warn(
          "{}: {} (expected: rw------- or rw-r-----, as it holds a secret)",
          file,
          PosixFilePermissions.toString(given));
    }
    return Files.readAllBytes(file);
  }
}
