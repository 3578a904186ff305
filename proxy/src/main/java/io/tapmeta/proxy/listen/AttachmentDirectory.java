package io.tapmeta.proxy.listen;

import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.AttachmentReader;
import io.tapmeta.resolver.source.DirectoryFollower;
import io.tapmeta.resolver.source.FileStamp;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory into which the wiring puts one file an attachment, as the listeners' source of what
 * is wanted. A file that is wrong leaves the attachment as it was.
 */
public final class AttachmentDirectory implements DirectoryFollower.Listener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AttachmentDirectory.class);
  private static final String SUFFIX = ".json";

  private final Path directory;
  private final GuestListeners listeners;
  private final DirectoryFollower follower;
  private String lastComplaint = "";

  public AttachmentDirectory(Path directory, GuestListeners listeners) throws IOException {
    this.directory = directory;
    this.listeners = listeners;
    this.follower = new DirectoryFollower("attachments", directory, this);
  }

  /** Starts the thread that follows the directory, which is made if it is missing. */
  public void start() {
    try {
      Files.createDirectories(directory);
    } catch (IOException _) {
      // The follower says what is wrong with it, and goes on trying.
    }
    follower.start();
  }

  /** Compares the whole directory, now, on the calling thread. */
  public void refresh() {
    follower.compareAll();
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public void compared(Map<Path, FileStamp> changed, Set<String> removed) {
    lastComplaint = "";
    Map<String, SeenAttachment> seen = new HashMap<>();
    Map<String, String> wrong = new HashMap<>();
    changed.forEach((file, stamp) -> look(file, stamp, seen, wrong));
    Set<String> gone = new HashSet<>();
    removed.stream().filter(file -> file.endsWith(SUFFIX)).map(this::name).forEach(gone::add);
    listeners.changed(seen, wrong, gone);
  }

  private void look(
      Path file, FileStamp stamp, Map<String, SeenAttachment> seen, Map<String, String> wrong) {
    String fileName = file.getFileName().toString();
    if (!fileName.endsWith(SUFFIX)) {
      return;
    }
    Faults faults = new Faults(file.toString());
    try {
      read(file, name(fileName), faults)
          .ifPresent(
              known ->
                  seen.put(known.name(), new SeenAttachment(known, stamp.modified().toInstant())));
    } catch (NoSuchFileException _) {
      // Gone since it was seen, of which the follower tells next.
      return;
    }
    faults.list().forEach(fault -> log.error("attachment refused: {}", fault));
    faults.list().stream()
        .findFirst()
        .map(Fault::toString)
        .ifPresent(fault -> wrong.put(name(fileName), fault));
  }

  @Override
  public void unreadable(IOException reason) {
    String complaint = directory + ": unreadable, " + reason + " (expected: a directory)";
    if (!complaint.equals(lastComplaint)) {
      log.error("{}", complaint);
      lastComplaint = complaint;
    }
  }

  /** One attachment's file, outside of any following; empty where there is none or it is wrong. */
  public static Optional<Attachment> read(Path file, Faults faults) {
    try {
      return read(file, "", faults);
    } catch (NoSuchFileException e) {
      faults.add(0, "unreadable, " + e);
      return Optional.empty();
    }
  }

  private static Optional<Attachment> read(Path file, String name, Faults faults)
      throws NoSuchFileException {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      faults.add(0, "unreadable, " + e);
      return Optional.empty();
    }
    return AttachmentReader.read(text, faults)
        .filter(
            attachment -> {
              if (name.isEmpty() || attachment.name().equals(name)) {
                return true;
              }
              faults.add(
                  1,
                  "name: \"%s\" (expected: \"%s\", as its file)"
                      .formatted(attachment.name(), name));
              return false;
            });
  }

  private String name(String fileName) {
    return fileName.substring(0, fileName.length() - SUFFIX.length());
  }
}
