package io.tapmeta.proxy.upstream;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after what may block: names of endpoints are resolved again, ejected endpoints are tried
 * with a connection, and secrets and certificates are read again when their files change. One
 * thread.
 */
final class UpstreamHealth implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UpstreamHealth.class);
  private static final long PROBE_MILLIS = 1000;
  private static final int PROBES_PER_RESOLUTION = 30;
  private static final int PROBE_TIMEOUT_MILLIS = 1000;

  private final Endpoints endpoints;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upstream-health").factory());
  private final Map<Path, FileTime> files = new HashMap<>();
  private final Reload reload;
  private volatile List<SharedSecret> secrets;
  private int rounds;

  /** Reads what depends on files other than the secrets. */
  @FunctionalInterface
  interface Reload {
    void run() throws IOException;
  }

  private final List<Path> secretFiles;
  private final List<Path> watched;

  UpstreamHealth(Endpoints endpoints, List<Path> secretFiles, List<Path> otherFiles, Reload reload)
      throws IOException {
    this.endpoints = endpoints;
    this.secretFiles = List.copyOf(secretFiles);
    this.reload = reload;
    this.watched = new ArrayList<>(secretFiles);
    this.watched.addAll(otherFiles);
    this.secrets = readSecrets();
    noteChanges();
    endpoints.all().forEach(Endpoint::resolve);
  }

  void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::round, PROBE_MILLIS, PROBE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The secrets in force; the first one signs. */
  List<SharedSecret> secrets() {
    return secrets;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void round() {
    rounds++;
    for (Endpoint endpoint : endpoints.all()) {
      if (rounds % PROBES_PER_RESOLUTION == 0 || endpoint.address().isUnresolved()) {
        endpoint.resolve();
      }
      if (endpoint.isEjected(System.nanoTime()) && accepts(endpoint)) {
        endpoint.succeeded();
      }
    }
    if (noteChanges()) {
      try {
        List<SharedSecret> fresh = readSecrets();
        reload.run();
        secrets = fresh;
        log.info("upstream: secret and certificates read again");
      } catch (IOException e) {
        log.error("upstream: the last good secret and certificates stay: {}", e.getMessage());
      }
    }
  }

  /** True where some watched file is not what it was. */
  private boolean noteChanges() {
    boolean changed = false;
    for (Path file : watched) {
      try {
        FileTime modified = Files.getLastModifiedTime(file);
        changed |= !modified.equals(files.put(file, modified));
      } catch (IOException _) {
        // Gone for the moment of a rename, or for good: what was read stays.
      }
    }
    return changed;
  }

  private List<SharedSecret> readSecrets() throws IOException {
    List<SharedSecret> read = new ArrayList<>();
    for (Path file : secretFiles) {
      read.add(SharedSecret.read(file));
    }
    return read.isEmpty() ? List.of(SharedSecret.of("")) : List.copyOf(read);
  }

  private static boolean accepts(Endpoint endpoint) {
    try (Socket probe = new Socket()) {
      probe.connect(endpoint.address(), PROBE_TIMEOUT_MILLIS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
