package io.tapmeta.proxy.listen;

import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.resolver.ingress.Attachment;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener for every attachment that is wanted, for as long as its namespace and its interface
 * are the ones it was opened in.
 *
 * <p>All of it happens on one platform thread, which enters namespaces and starts no other thread.
 * A change touches its own attachment only; once a second, and whenever a namespace comes or goes,
 * all are checked, because attachments' files do not tell of a namespace that somebody deleted.
 */
public final class GuestListeners implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GuestListeners.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final ListenerOpener opener;
  private final List<GuestLoop> loops;
  private final Consumer<Duration> plugToReady;
  private final Instant started = Instant.now();
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Map<String, Slot> slots = new HashMap<>();
  private final Map<String, AttachmentStatus> statuses = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean synced;
  private volatile boolean closed;
  private int nextLoop;

  /** An attachment and what became of it. Touched by the listeners' thread alone. */
  private static final class Slot {
    SeenAttachment seen;
    @Nullable GuestListener listener;

    Slot(SeenAttachment seen) {
      this.seen = seen;
    }

    Attachment attachment() {
      return seen.attachment();
    }
  }

  /**
   * @param plugToReady is told how long each attachment took from its plug to listening
   */
  public GuestListeners(
      ListenerOpener opener, List<GuestLoop> loops, Consumer<Duration> plugToReady) {
    this.opener = opener;
    this.loops = List.copyOf(loops);
    this.plugToReady = plugToReady;
    this.thread = Thread.ofPlatform().daemon().name("listeners").unstarted(this::run);
  }

  /** Starts the thread. The caller's namespace becomes the one to which it comes home. */
  public void start() {
    thread.start();
  }

  /** How every attachment is doing now. */
  public Collection<AttachmentStatus> statuses() {
    return statuses.values();
  }

  /** True once the attachments directory has been read and every listener was tried. */
  public boolean isSynced() {
    return synced;
  }

  /** Has all attachments checked at once: some namespace came or went. */
  public void check() {
    tasks.add(this::checkAll);
  }

  /** Stops accepting on all listeners and leaves connections alone; returns when done. */
  public void stopAccepting() {
    closed = true;
    tasks.add(() -> {});
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (Slot slot : slots.values()) {
      if (slot.listener != null) {
        slot.listener.stopAccepting();
      }
    }
  }

  @Override
  public void close() {
    stopAccepting();
  }

  void changed(Map<String, SeenAttachment> seen, Map<String, String> wrong, Set<String> gone) {
    tasks.add(
        () -> {
          gone.forEach(this::remove);
          seen.values().forEach(this::want);
          wrong.forEach(this::reject);
          synced = true;
        });
  }

  private void run() {
    long nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
    while (!closed) {
      try {
        Runnable task =
            tasks.poll(Math.max(0, nextCheck - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        } else {
          checkAll();
          nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
        }
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void want(SeenAttachment seen) {
    Slot slot = slots.computeIfAbsent(seen.attachment().name(), _ -> new Slot(seen));
    boolean same = slot.attachment().equals(seen.attachment()) && isStillThere(slot);
    slot.seen = seen;
    if (!same || slot.listener == null) {
      close(slot);
      open(slot);
    }
  }

  private void remove(String name) {
    statuses.remove(name);
    Slot slot = slots.remove(name);
    if (slot != null) {
      close(slot);
      log.info("{}: detached", name);
    }
  }

  private void reject(String name, String why) {
    if (!slots.containsKey(name)) {
      statuses.put(name, new AttachmentStatus(name, State.REJECTED, "", "", why));
    }
  }

  private void checkAll() {
    for (Slot slot : slots.values()) {
      if (slot.listener != null && !slot.listener.namespace().equals(namespaceOf(slot))) {
        close(slot);
      }
      if (slot.listener == null) {
        open(slot);
      }
    }
  }

  private static Optional<Long> namespaceOf(Slot slot) {
    return slot.attachment().netns().flatMap(NetworkNamespaces::inode);
  }

  /** True where namespace and interface are still the ones that the listener was opened in. */
  private boolean isStillThere(Slot slot) {
    if (slot.listener == null || !slot.listener.namespace().equals(namespaceOf(slot))) {
      return false;
    }
    try {
      return opener.interfaceIndex(slot.attachment()) == slot.listener.interfaceIndex();
    } catch (IOException _) {
      return false;
    }
  }

  private void open(Slot slot) {
    Attachment attachment = slot.attachment();
    try {
      refuseShared(attachment);
      long age = Math.max(0, Duration.between(slot.seen.written(), Instant.now()).toNanos());
      Plug plug = new Plug(attachment, System.nanoTime() - age);
      slot.listener = opener.open(attachment, plug, loops.get(nextLoop++ % loops.size()));
      report(slot, State.LISTENING, "");
      log.info("{}: listening", attachment.name());
      Instant from = slot.seen.written().isAfter(started) ? slot.seen.written() : started;
      plugToReady.accept(Duration.between(from, Instant.now()));
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      AttachmentStatus before = statuses.get(attachment.name());
      if (before == null || !before.why().equals(why)) {
        log.error("{}: not listening: {}", attachment.name(), why);
      }
      report(slot, State.FAILED, why);
    }
  }

  /** One tap, or one interface, under two names would be one guest with two identities. */
  private void refuseShared(Attachment attachment) throws IOException {
    for (Slot other : slots.values()) {
      Attachment that = other.attachment();
      boolean another = other.listener != null && !that.name().equals(attachment.name());
      if (another && that.tap().equals(attachment.tap())) {
        throw new IOException(
            "tap %s: already attached as %s (expected: one attachment a tap)"
                .formatted(attachment.tap(), that.name()));
      }
      if (another
          && that.netns().equals(attachment.netns())
          && that.interfaceName().equals(attachment.interfaceName())) {
        throw new IOException(
            "interface %s: already attached as %s (expected: one attachment an interface)"
                .formatted(attachment.interfaceName(), that.name()));
      }
    }
  }

  private void close(Slot slot) {
    if (slot.listener != null) {
      slot.listener.close();
      slot.listener = null;
    }
  }

  private void report(Slot slot, State state, String why) {
    Attachment attachment = slot.attachment();
    statuses.put(
        attachment.name(),
        new AttachmentStatus(
            attachment.name(), state, attachment.tap(), attachment.netns().orElse(""), why));
  }
}
