package io.tapmeta.resolver.source;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instance records as files of a directory, one JSON or YAML file a VM, named anything.
 *
 * <p>A file that cannot be read or is wrong leaves its last good record in force and is named, with
 * line and reason, once per change.
 */
public final class DirectorySource implements DirectoryFollower.Listener, AutoCloseable {
  /** The name of this source in metrics and in readiness. */
  public static final String NAME = "directory";

  private static final Logger log = LoggerFactory.getLogger(DirectorySource.class);
  private static final AtomicLong revisions = new AtomicLong();

  private final Path directory;
  private final Resolver resolver;
  private final DirectoryFollower follower;
  private final Map<String, InstanceRecord> inForce = new TreeMap<>();
  private final Map<String, String> digests = new HashMap<>();
  private final Map<String, List<Fault>> rejected = new TreeMap<>();
  private volatile SourceStatus status = SourceStatus.UNREAD;
  private String lastComplaint = "";

  public DirectorySource(Path directory, Resolver resolver) throws IOException {
    this.directory = directory;
    this.resolver = resolver;
    this.follower = new DirectoryFollower("source-" + NAME, directory, this);
  }

  /** Starts the thread that follows the directory. */
  public void start() {
    follower.start();
  }

  /** Reads what has changed, now, on the calling thread. */
  public void refresh() {
    follower.compareAll();
  }

  public SourceStatus status() {
    return status;
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public void compared(Map<Path, FileStamp> changed, Set<String> removed) {
    boolean first = status.lastSuccess().isEmpty();
    List<InstanceRecord> added = new ArrayList<>();
    List<InstanceRecord> gone = new ArrayList<>();
    changed.keySet().forEach(file -> load(file, added, gone));
    removed.forEach(name -> unload(name, gone));
    if (!lastComplaint.isEmpty()) {
      log.info("{}: readable again", directory);
      lastComplaint = "";
    }
    Collection<List<Fault>> faults = rejected.values();
    status =
        new SourceStatus(
            true,
            Optional.of(Instant.now()),
            rejected.size(),
            faults.stream().flatMap(List::stream).toList());
    if (first || !added.isEmpty() || !gone.isEmpty()) {
      resolver.publish(NAME, added, gone);
    }
  }

  @Override
  public void unreadable(IOException reason) {
    String complaint = directory + ": unreadable, " + reason + " (expected: a directory)";
    if (!complaint.equals(lastComplaint)) {
      log.error("{}", complaint);
      lastComplaint = complaint;
    }
    status = new SourceStatus(false, status.lastSuccess(), status.rejected(), status.faults());
  }

  private void unload(String name, List<InstanceRecord> gone) {
    InstanceRecord before = inForce.remove(name);
    if (before != null) {
      gone.add(before);
    }
    digests.remove(name);
    rejected.remove(name);
  }

  private void load(Path file, List<InstanceRecord> added, List<InstanceRecord> gone) {
    String name = file.getFileName().toString();
    Faults faults = new Faults(file.toString());
    Optional<byte[]> text;
    try {
      text = read(file, faults);
    } catch (NoSuchFileException _) {
      // Gone since it was seen, of which the follower tells next.
      return;
    }
    Optional<Instance> instance = text.flatMap(bytes -> InstanceReader.read(bytes, faults));
    if (instance.isPresent()) {
      rejected.remove(name);
      // By its text, since guests see the order of members, which equal maps may differ in.
      String digest = digest(text.orElseThrow());
      if (!digest.equals(digests.put(name, digest)) || !inForce.containsKey(name)) {
        InstanceRecord edition =
            new InstanceRecord(instance.get(), revisions.incrementAndGet(), file.toString());
        InstanceRecord before = inForce.put(name, edition);
        added.add(edition);
        if (before != null) {
          gone.add(before);
        }
      }
      return;
    }
    rejected.put(name, faults.list());
    for (Fault fault : faults.list()) {
      log.error(
          "record refused: {}{}",
          fault,
          inForce.containsKey(name) ? "; the last good one stays" : "");
    }
  }

  private static Optional<byte[]> read(Path file, Faults faults) throws NoSuchFileException {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      faults.add(0, "unreadable, " + e);
      return Optional.empty();
    }
  }

  private static String digest(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
