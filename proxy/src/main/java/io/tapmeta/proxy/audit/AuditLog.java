package io.tapmeta.proxy.audit;

import io.tapmeta.proxy.config.Audit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log of the node. Lines may be offered on any thread, which never waits; one thread of
 * its own writes them. Where that one cannot keep up, the newest lines are lost, and counted.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  /** About 2 MB of lines. */
  static final int QUEUE = 8192;

  private static final int BATCH = 256;

  /** What is left to write gets this long where the process ends. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** Opens what lines go to. */
  interface Opener {
    WritableByteChannel open(Audit.Target target) throws IOException;
  }

  private final AuditMetrics metrics;
  private final Opener opener;
  private final Queue<AuditLine> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final Thread writer;
  private final Object destinationLock = new Object();
  private final StringBuilder text = new StringBuilder();
  private WritableByteChannel destination;
  private boolean broken;
  private volatile Audit settings;
  private volatile boolean closed;

  /**
   * @throws IOException where the destination cannot be written
   */
  public AuditLog(Audit settings, AuditMetrics metrics) throws IOException {
    this(settings, metrics, AuditFile::open);
  }

  AuditLog(Audit settings, AuditMetrics metrics, Opener opener) throws IOException {
    this.settings = settings;
    this.metrics = metrics;
    this.opener = opener;
    this.destination = opener.open(settings.log());
    this.writer = Thread.ofPlatform().daemon().name("audit-log").unstarted(this::write);
  }

  /** What keeps the destination from being written, for a look ahead; empty: nothing known. */
  public static Optional<String> obstacle(Audit settings) {
    try {
      if (settings.log().file().isPresent()) {
        AuditFile.check(settings.log().file().get());
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Begins to write. */
  public void start() {
    writer.start();
  }

  /** What is in force. */
  public Audit settings() {
    return settings;
  }

  public AuditMetrics metrics() {
    return metrics;
  }

  /**
   * Puts other settings in force, and opens the file anew: the one of that name may be another by
   * now. May wait for the disk.
   *
   * @throws IOException where the destination cannot be written; nothing has changed then
   */
  public void apply(Audit next) throws IOException {
    WritableByteChannel opened = opener.open(next.log());
    synchronized (destinationLock) {
      close(destination);
      destination = opened;
      broken = false;
    }
    settings = next;
  }

  /** Takes a line, or counts that it could not. */
  public void offer(AuditLine line) {
    if (queued.incrementAndGet() > QUEUE) {
      queued.decrementAndGet();
      metrics.overflowed();
      return;
    }
    queue.add(line);
    LockSupport.unpark(writer);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(writer);
    try {
      if (writer.isAlive()) {
        writer.join(LAST_WORDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!writer.isAlive()) {
      synchronized (destinationLock) {
        close(destination);
      }
    }
  }

  private void write() {
    while (true) {
      boolean last = closed;
      int lines = 0;
      for (AuditLine line = queue.poll(); line != null; line = queue.poll()) {
        queued.decrementAndGet();
        line.appendTo(text);
        if (++lines == BATCH) {
          flush(lines);
          lines = 0;
        }
      }
      if (lines > 0) {
        flush(lines);
      } else if (last) {
        return;
      } else {
        LockSupport.park(this);
      }
    }
  }

  private void flush(int lines) {
    synchronized (destinationLock) {
      try {
        // What broke off in the middle of a line is a line of its own.
        ByteBuffer bytes =
            ByteBuffer.wrap(
                (broken ? "\n" + text : text.toString()).getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          destination.write(bytes);
        }
        broken = false;
        metrics.written(lines);
      } catch (IOException e) {
        if (!broken) {
          log.error("audit log: lines are lost until it can be written again: {}", e.toString());
        }
        broken = true;
        metrics.failed(lines);
      }
    }
    text.setLength(0);
  }

  private static void close(WritableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.warn("audit log: {}", e.toString());
    }
  }
}
