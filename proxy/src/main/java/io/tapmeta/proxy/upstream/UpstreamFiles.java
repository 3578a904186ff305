package io.tapmeta.proxy.upstream;

import io.netty.handler.ssl.SslContext;
import io.tapmeta.proxy.config.UpstreamSettings;
import io.tapmeta.resolver.source.FileStamp;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets and certificates, read from their files and read again when these change: all or none. */
final class UpstreamFiles {
  private static final Logger log = LoggerFactory.getLogger(UpstreamFiles.class);

  private static final String SECRET_KEY = "upstream.shared_secret_file: ";
  private static final String SECRET_EXPECTED =
      " (expected: the file with metadata_proxy_shared_secret)";

  private final UpstreamSettings settings;
  private final List<Path> watched;
  private final Map<Path, FileStamp> stamps = new HashMap<>();
  private final Secrets secrets;
  private volatile Optional<SslContext> tls;

  /**
   * Reads all of them.
   *
   * @throws IOException naming the file and what was expected
   */
  UpstreamFiles(UpstreamSettings settings) throws IOException {
    this.settings = settings;
    this.watched = new ArrayList<>(settings.sharedSecretFiles());
    watched.addAll(UpstreamTls.files(settings.tls()));
    // Looked at before it is read: what changes in between is read twice rather than never.
    noteChanges();
    this.secrets = new Secrets(readSecrets());
    this.tls = UpstreamTls.read(settings);
  }

  Secrets secrets() {
    return secrets;
  }

  Optional<SslContext> tls() {
    return tls;
  }

  /** Reads again what has changed; what cannot be read leaves all as it was. */
  synchronized void refresh() {
    if (noteChanges()) {
      try {
        List<SharedSecret> fresh = readSecrets();
        tls = UpstreamTls.read(settings);
        secrets.replace(fresh);
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
        FileStamp stamp = FileStamp.of(file);
        changed |= !stamp.equals(stamps.put(file, stamp));
      } catch (IOException _) {
        // Gone for the moment of a rename, or for good: what was read stays.
      }
    }
    return changed;
  }

  private List<SharedSecret> readSecrets() throws IOException {
    List<SharedSecret> read = new ArrayList<>();
    for (Path file : settings.sharedSecretFiles()) {
      try {
        read.add(SharedSecret.read(file));
      } catch (NoSuchFileException e) {
        throw new IOException(SECRET_KEY + file + ": no such file" + SECRET_EXPECTED, e);
      } catch (FileSystemException e) {
        throw new IOException(SECRET_KEY + file + ": unreadable, " + e + SECRET_EXPECTED, e);
      } catch (IOException e) {
        throw new IOException(SECRET_KEY + e.getMessage(), e);
      }
    }
    return read.isEmpty() ? List.of(SharedSecret.of("")) : List.copyOf(read);
  }
}
