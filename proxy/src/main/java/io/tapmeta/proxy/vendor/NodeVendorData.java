package io.tapmeta.proxy.vendor;

import io.tapmeta.resolver.source.DirectoryFollower;
import io.tapmeta.resolver.source.FileStamp;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.TextReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vendor data of the node: a JSON file for all instances that bring none of their own.
 *
 * <p>A file that is missing or wrong leaves the last good one in force, or none, and is named in the
 * log once per change.
 */
public final class NodeVendorData
    implements Supplier<Optional<JsonValue>>, DirectoryFollower.Listener, AutoCloseable {
  /** Far more than any guest wants; as a tree it takes some thirty times as much. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(NodeVendorData.class);

  private final Optional<Path> file;
  private final Runnable onChange;
  private final @Nullable DirectoryFollower follower;
  private volatile Optional<JsonValue> inForce = Optional.empty();
  private volatile boolean good;
  private List<Fault> reported = List.of();

  /**
   * @param file empty where the node has no vendor data
   * @param onChange runs after each change, with the new document in force
   */
  public NodeVendorData(Optional<Path> file, Runnable onChange) throws IOException {
    this.file = file;
    this.onChange = onChange;
    this.good = file.isEmpty();
    this.follower =
        file.isEmpty()
            ? null
            : new DirectoryFollower(
                "vendor-data-file", Objects.requireNonNull(file.get().getParent()), this);
  }

  /** What is wrong with a file, for a look ahead; empty where nothing is. */
  public static List<Fault> faults(Path file) {
    Faults faults = new Faults(file.toString());
    var _ = read(file, faults);
    return faults.list();
  }

  /** Reads the file now, and follows it from now on. */
  public void start() {
    refresh();
    if (follower != null) {
      follower.start();
    }
  }

  /** Reads the file where it has changed, now, on the calling thread. */
  public void refresh() {
    if (follower != null) {
      follower.compareAll();
    }
  }

  /** The document in force; empty where there is none. */
  @Override
  public Optional<JsonValue> get() {
    return inForce;
  }

  /** True where the document in force is the one in the file, or none is wanted. */
  public boolean isGood() {
    return good;
  }

  @Override
  public void compared(Map<Path, FileStamp> changed, Set<String> removed) {
    Path wanted = file.orElseThrow();
    boolean gone = removed.contains(wanted.getFileName().toString());
    if (changed.containsKey(wanted) || gone || !good) {
      load(wanted);
    }
  }

  @Override
  public void unreadable(IOException reason) {
    load(file.orElseThrow());
  }

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
  }

  private void load(Path wanted) {
    Faults faults = new Faults(wanted.toString());
    Optional<JsonValue> next = read(wanted, faults);
    good = faults.isEmpty();
    if (!good) {
      if (!faults.list().equals(reported)) {
        String instead = inForce.isPresent() ? "the last good one stays" : "there is none instead";
        faults.list().forEach(fault -> log.error("vendor data refused: {}; {}", fault, instead));
      }
    } else if (!next.equals(inForce)) {
      inForce = next;
      onChange.run();
      log.info("vendor data of the node read from {}", wanted);
    }
    reported = faults.list();
  }

  /** A document {@code null} is none: cloud-init drops the source of one. */
  private static Optional<JsonValue> read(Path file, Faults faults) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        faults.add(0, Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
        return Optional.empty();
      }
      return TextReader.readJson(Files.readAllBytes(file), faults)
          .filter(value -> !(value instanceof JsonNull));
    } catch (IOException e) {
      faults.add(0, "unreadable, " + e + " (expected: a file of JSON)");
      return Optional.empty();
    }
  }
}
