package io.tapmeta.proxy.password;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passwords as files, one an instance, named by its uuid. Nova's limits: at most {@link #MAX_BYTES}
 * bytes of UTF-8, set once.
 *
 * <p>What was acknowledged is on the disk: written aside, synced, renamed, and the directory synced.
 */
public final class PasswordStore implements AutoCloseable {
  /** Nova keeps four chunks of 255 characters. */
  public static final int MAX_BYTES = 1020;

  private static final Logger log = LoggerFactory.getLogger(PasswordStore.class);
  private static final byte[] UNSET = {};

  private final Path directory;
  private final Map<String, byte[]> passwords = new ConcurrentHashMap<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("passwords").factory());

  /** What became of a password that a guest sent. */
  public enum Outcome {
    /** It is kept, or was empty, which keeps nothing. */
    STORED,
    ALREADY_SET,
    /** Too long, or not UTF-8. */
    UNFIT,
    /** The disk refused it; the log has the reason. */
    FAILED
  }

  /** Reads what is there. A directory that is missing is made when it is first needed. */
  public PasswordStore(Path directory) throws IOException {
    this.directory = directory;
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.startsWith(".") && Files.isRegularFile(file)) {
          passwords.put(name, Files.readAllBytes(file));
        }
      }
    }
  }

  /** The password of an instance, as the guest sent it; empty where it has sent none. */
  public byte[] read(String uuid) {
    return passwords.getOrDefault(uuid, UNSET);
  }

  /** The password in the directory now, for a command that runs beside the daemon. */
  public static Optional<byte[]> readFile(Path directory, String uuid) throws IOException {
    Path file = directory.resolve(uuid);
    return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  /**
   * Keeps a password.
   *
   * @param uuid of a record, never of a request
   * @param done is told the outcome, on the store's own thread
   */
  public void store(String uuid, byte[] password, Consumer<Outcome> done) {
    if (password.length > MAX_BYTES || !isUtf8(password)) {
      done.accept(Outcome.UNFIT);
      return;
    }
    writer.execute(() -> done.accept(write(uuid, password)));
  }

  @Override
  public void close() {
    writer.close();
  }

  private Outcome write(String uuid, byte[] password) {
    if (passwords.containsKey(uuid)) {
      return Outcome.ALREADY_SET;
    }
    if (password.length == 0) {
      return Outcome.STORED;
    }
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path aside = directory.resolve("." + uuid);
      Files.deleteIfExists(aside);
      Files.createFile(
          aside,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel file = FileChannel.open(aside, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(password);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(true);
      }
      Files.move(aside, directory.resolve(uuid), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder = FileChannel.open(directory)) {
        folder.force(true);
      }
      passwords.put(uuid, password);
      return Outcome.STORED;
    } catch (IOException e) {
      log.error("password of {} not kept: {}", uuid, e.toString());
      return Outcome.FAILED;
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
