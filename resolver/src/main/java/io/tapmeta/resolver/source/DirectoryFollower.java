package io.tapmeta.resolver.source;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows the files of one directory, each of which is replaced by rename.
 *
 * <p>inotify says where to look, so that one change costs the same in a large directory as in a
 * small one; but an event is a hint. The truth is a comparison of the whole directory, made at the
 * start, after lost events and at intervals. Names that begin with a dot are files not yet renamed
 * into place. The directory may be missing, appear later, or go and come back.
 */
public final class DirectoryFollower implements AutoCloseable {
  /** Is told what changed, one call at a time. */
  public interface Listener {
    /**
     * After each comparison of the whole directory, and after hints where something changed.
     *
     * @param changed files that are new or differ from last time, with their stamps
     * @param removed names of files that are gone
     */
    void compared(Map<Path, FileStamp> changed, Set<String> removed);

    /** The directory cannot be read; what was known of it stays in force. */
    void unreadable(IOException reason);
  }

  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** A directory that was moved away is noticed by comparison only. */
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

  /** Comparing may take this fraction of the thread's time, however large the directory. */
  private static final int INTERVAL_PER_COMPARISON = 50;

  private final Path directory;
  private final Listener listener;
  private final Thread thread;
  private final Map<String, FileStamp> known = new HashMap<>();
  private final WatchService watcher;
  private @Nullable WatchKey watch;
  private long nextComparison;

  /**
   * @param role the thread's name
   */
  public DirectoryFollower(String role, Path directory, Listener listener) throws IOException {
    this.directory = directory;
    this.listener = listener;
    this.watcher = directory.getFileSystem().newWatchService();
    this.thread = Thread.ofPlatform().daemon().name(role).unstarted(this::follow);
  }

  public void start() {
    thread.start();
  }

  /** Compares the whole directory now, on the calling thread. */
  public synchronized void compareAll() {
    long start = System.nanoTime();
    try {
      ensureWatched();
      compare(names(), true);
    } catch (IOException e) {
      listener.unreadable(e);
    }
    long took = System.nanoTime() - start;
    nextComparison =
        System.nanoTime()
            + Math.clamp(
                took * INTERVAL_PER_COMPARISON,
                SHORTEST_INTERVAL.toNanos(),
                LONGEST_INTERVAL.toNanos());
  }

  @Override
  public void close() {
    try {
      watcher.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void follow() {
    try {
      while (true) {
        compareAll();
        while (System.nanoTime() - nextComparison < 0 && followHints()) {
          // The next whole comparison is due by time or by a lost event, whichever is first.
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException _) {
      // Closed: the end of the thread.
    }
  }

  /** Waits for hints and follows them; false where only a whole comparison will do. */
  private boolean followHints() throws InterruptedException {
    WatchKey key =
        watcher.poll(Math.max(0, nextComparison - System.nanoTime()), TimeUnit.NANOSECONDS);
    if (key == null) {
      return false;
    }
    Set<String> hinted = new HashSet<>();
    boolean complete = true;
    for (WatchEvent<?> event : key.pollEvents()) {
      complete &= event.kind() != OVERFLOW;
      if (event.context() instanceof Path name) {
        hinted.add(name.toString());
      }
    }
    if (!key.reset() || !complete) {
      return false;
    }
    synchronized (this) {
      compare(hinted, false);
    }
    return true;
  }

  private void ensureWatched() throws IOException {
    if (watch == null || !watch.isValid()) {
      watch = directory.register(watcher, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    }
  }

  /** The names that are there and the names that were. */
  private Set<String> names() throws IOException {
    Set<String> names = new HashSet<>(known.keySet());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  private void compare(Set<String> names, boolean whole) {
    Map<Path, FileStamp> changed = new HashMap<>();
    Set<String> removed = new HashSet<>();
    for (String name : names) {
      if (name.startsWith(".")) {
        continue;
      }
      Path file = directory.resolve(name);
      Optional<FileStamp> stamp = stamp(file);
      if (stamp.isEmpty()) {
        if (known.remove(name) != null) {
          removed.add(name);
        }
      } else if (!stamp.get().equals(known.put(name, stamp.get()))) {
        changed.put(file, stamp.get());
      }
    }
    if (whole || !changed.isEmpty() || !removed.isEmpty()) {
      listener.compared(changed, removed);
    }
  }

  private static Optional<FileStamp> stamp(Path file) {
    try {
      return Optional.of(FileStamp.of(file));
    } catch (IOException _) {
      // Gone since it was listed, a folder, or unreadable: no file to follow.
      return Optional.empty();
    }
  }
}
