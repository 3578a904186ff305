package io.tapmeta.proxy.listen;

import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.http.Tally;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.instance.Port;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener for every attachment that is wanted, for as long as its namespace, its interface and
 * its tap are the ones it was opened for.
 *
 * <p>All of it happens on one platform thread, which enters namespaces and starts no other thread.
 * A change touches its own attachment only. Attachments' files do not tell of a namespace or a tap
 * that somebody deleted: hints do ({@link #namespaceChanged}, {@link #linkChanged}), and from time
 * to time all are checked, as hints can be lost.
 */
public final class GuestListeners implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GuestListeners.class);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  /** Checking may take this fraction of the thread's time, however many attachments there are. */
  private static final int INTERVAL_PER_CHECK = 50;

  private final ListenerOpener opener;
  private final HopLimits hopLimits;
  private final List<GuestLoop> loops;
  private final Observer observer;
  private final Instant started = Instant.now();
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Slots slots = new Slots();
  private final Statuses statuses = new Statuses();
  private final Thread thread;
  private volatile boolean synced;
  private volatile boolean closed;
  private int nextLoop;

  /** Is told of attachments, on the listeners' thread. */
  public interface Observer {
    /**
     * It begins to be listened for.
     *
     * @param sincePlug how long it took from the plug, or from the daemon's start where that is later
     */
    void listening(Attachment attachment, Duration sincePlug);

    /** It is no longer wanted. */
    void detached(Attachment attachment);
  }

  public GuestListeners(
      ListenerOpener opener, HopLimits hopLimits, List<GuestLoop> loops, Observer observer) {
    this.opener = opener;
    this.hopLimits = hopLimits;
    this.loops = List.copyOf(loops);
    this.observer = observer;
    this.thread = Thread.ofPlatform().daemon().name("listeners").unstarted(this::run);
  }

  /** Starts the thread. The caller's namespace becomes the one to which it comes home. */
  public void start() {
    thread.start();
  }

  /** How every attachment is doing now. */
  public Collection<AttachmentStatus> statuses() {
    return statuses.all();
  }

  /** How many attachments are in this state now. */
  public int count(State state) {
    return statuses.count(state);
  }

  /** True once the attachments directory has been read and every listener was tried. */
  public boolean isSynced() {
    return synced;
  }

  /** A namespace of this name came or went. */
  public void namespaceChanged(String name) {
    tasks.add(() -> slots.inNamespace(name).forEach(this::check));
  }

  /** An interface of this name came, went or changed in the daemon's own namespace. */
  public void linkChanged(String name) {
    tasks.add(() -> slots.onTap(name).forEach(this::check));
  }

  /** These records are new, or new editions of others: their hop limits are put in force. */
  public void recordsChanged(Collection<InstanceRecord> records) {
    tasks.add(
        () -> {
          for (InstanceRecord record : records) {
            for (Port port : record.instance().ports()) {
              port.tap().ifPresent(tap -> slots.onTap(tap).forEach(this::limitHops));
            }
          }
        });
  }

  /** Hints were lost. */
  public void anythingChanged() {
    tasks.add(this::checkAll);
  }

  /**
   * Takes in no new connection on any listener, but accepts those whose handshake has begun; a guest
   * that meets this asks again after a second. Nothing is opened or closed from now on.
   */
  public void refuseNew() {
    end();
    onEach(GuestListener::refuseNew);
  }

  /** Stops accepting on all listeners and leaves connections alone; returns when done. */
  public void stopAccepting() {
    end();
    onEach(GuestListener::stopAccepting);
  }

  @Override
  public void close() {
    stopAccepting();
  }

  private void end() {
    closed = true;
    tasks.add(() -> {});
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** After the thread's end. */
  private void onEach(Consumer<GuestListener> action) {
    for (Slot slot : slots.all()) {
      if (slot.listener != null) {
        action.accept(slot.listener);
      }
    }
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
    long nextCheck = System.nanoTime() + SHORTEST_INTERVAL.toNanos();
    while (!closed) {
      try {
        Runnable task =
            tasks.poll(Math.max(0, nextCheck - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        } else {
          long start = System.nanoTime();
          // In case that checking ends with a bug.
          nextCheck = start + SHORTEST_INTERVAL.toNanos();
          checkAll();
          long took = System.nanoTime() - start;
          nextCheck =
              start
                  + Math.clamp(
                      took * INTERVAL_PER_CHECK,
                      SHORTEST_INTERVAL.toNanos(),
                      LONGEST_INTERVAL.toNanos());
        }
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        // Costs the attachments of this task, which are tried again, and no others.
        log.error("listeners: a bug", e);
      }
    }
  }

  private void want(SeenAttachment seen) {
    String name = seen.attachment().name();
    Slot before = slots.named(name);
    Slot slot = new Slot(seen);
    if (before != null) {
      slots.remove(name);
      if (before.attachment().equals(seen.attachment()) && isStillThere(before)) {
        slot.listener = before.listener;
        slot.hops = before.hops;
      } else {
        before.close();
      }
    }
    slots.put(slot);
    if (slot.listener == null) {
      open(slot, seen.written());
    }
  }

  private void remove(String name) {
    statuses.remove(name);
    Slot slot = slots.remove(name);
    if (slot != null) {
      slot.close();
      observer.detached(slot.attachment());
      log.info("{}: detached", name);
    }
  }

  private void reject(String name, String why) {
    if (slots.named(name) == null) {
      statuses.put(new AttachmentStatus(name, State.REJECTED, "", "", why));
    }
  }

  private void checkAll() {
    slots.all().forEach(this::check);
  }

  /** A listener whose place is not what it was is closed, with its connections, and opened anew. */
  private void check(Slot slot) {
    Instant plugged = slot.seen().written();
    if (slot.listener != null && !isStillThere(slot)) {
      log.info("{}: plugged anew, or its namespace is another", slot.attachment().name());
      slot.close();
      plugged = Instant.now();
    }
    if (slot.listener == null) {
      open(slot, plugged);
    }
    limitHops(slot);
  }

  /** Where the records behind it say another limit than before. */
  private void limitHops(Slot slot) {
    if (slot.listener == null) {
      return;
    }
    int hops = hopLimits.of(slot.attachment());
    if (hops == slot.hops) {
      return;
    }
    try {
      slot.listener.limitHops(hops);
      slot.hops = hops;
    } catch (IOException e) {
      log.error("{}: no hop limit of {}: {}", slot.attachment().name(), hops, e.getMessage());
    }
  }

  private boolean isStillThere(Slot slot) {
    GuestListener listener = slot.listener;
    try {
      return listener != null
          && listener.namespace().equals(namespaceOf(slot))
          && listener.tapIndex() == opener.tapIndex(slot.attachment())
          && listener.hasInterface();
    } catch (IOException _) {
      // No descriptor is left to look with: what serves goes on serving.
      return true;
    }
  }

  private static Optional<Long> namespaceOf(Slot slot) {
    return slot.attachment().netns().flatMap(NetworkNamespaces::inode);
  }

  private void open(Slot slot, Instant plugged) {
    Attachment attachment = slot.attachment();
    try {
      slots.refuseShared(attachment);
      long age = Math.max(0, Duration.between(plugged, Instant.now()).toNanos());
      Plug plug = new Plug(attachment, System.nanoTime() - age);
      slot.hops = hopLimits.of(attachment);
      slot.listener =
          opener.open(attachment, plug, slot.hops, loops.get(nextLoop++ % loops.size()));
      report(attachment, State.LISTENING, "", plug.tally());
      log.info("{}: listening", attachment.name());
      Instant from = plugged.isAfter(started) ? plugged : started;
      observer.listening(attachment, Duration.between(from, Instant.now()));
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      AttachmentStatus before = statuses.named(attachment.name());
      if (before == null || !before.why().equals(why)) {
        log.error("{}: not listening: {}", attachment.name(), why);
      }
      report(attachment, State.FAILED, why, new Tally());
    }
  }

  private void report(Attachment attachment, State state, String why, Tally tally) {
    statuses.put(
        new AttachmentStatus(
            attachment.name(), state, attachment.tap(), attachment.netns().orElse(""), why, tally));
  }
}
