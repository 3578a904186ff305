package io.tapmeta.resolver;

import io.tapmeta.resolver.ingress.Ingress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which instance is behind an ingress.
 *
 * <p>Sources publish what changed; each publication builds a new index from the one before and swaps
 * it in with one volatile write. Event loops read the index of the moment and never wait.
 */
public final class Resolver {
  private static final Logger log = LoggerFactory.getLogger(Resolver.class);

  private final Set<String> awaited;
  private final Map<String, Set<InstanceRecord>> bySource = new HashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private Set<String> reportedConflicts = Set.of();
  private volatile RecordIndex index = RecordIndex.empty();
  private volatile boolean ready;

  /** Is told of publications, on the publishing thread. */
  @FunctionalInterface
  public interface Listener {
    /** These records are new, or new editions of others. */
    void published(Collection<InstanceRecord> added);
  }

  /**
   * @param sources the names of the sources that have to publish before anybody is called unknown
   */
  public Resolver(Set<String> sources) {
    this.awaited = new HashSet<>(sources);
    this.ready = sources.isEmpty();
  }

  /** Who is behind the ingress now. Safe on any thread; allocates nothing. */
  public Resolution resolve(Ingress ingress) {
    // Read before the index: where it says ready, the index read after it is complete.
    boolean complete = ready;
    Resolution resolution = index.resolve(ingress);
    return complete || resolution != Resolution.UNKNOWN ? resolution : Resolution.NOT_READY;
  }

  /** True once every source has published. */
  public boolean isReady() {
    return ready;
  }

  /** The index of the moment. */
  public RecordIndex index() {
    return index;
  }

  /** Has {@code listener} told of each publication. */
  public void onPublication(Listener listener) {
    listeners.add(listener);
  }

  /** Replaces all that {@code source} published before. */
  public void publish(String source, Collection<InstanceRecord> records) {
    List<InstanceRecord> added = new ArrayList<>();
    synchronized (this) {
      Set<InstanceRecord> before = bySource.getOrDefault(source, identitySet());
      Set<InstanceRecord> gone = identitySet();
      gone.addAll(before);
      for (InstanceRecord record : records) {
        if (!gone.remove(record)) {
          added.add(record);
        }
      }
      swap(source, added, gone);
    }
    listeners.forEach(listener -> listener.published(added));
  }

  /**
   * Changes some of what {@code source} published before, all at once, in time that goes by their
   * number.
   *
   * @param removed the very records that are no longer in force
   */
  public void publish(
      String source, Collection<InstanceRecord> added, Collection<InstanceRecord> removed) {
    synchronized (this) {
      swap(source, added, removed);
    }
    listeners.forEach(listener -> listener.published(added));
  }

  private void swap(
      String source, Collection<InstanceRecord> added, Collection<InstanceRecord> removed) {
    Set<InstanceRecord> known = bySource.computeIfAbsent(source, _ -> identitySet());
    removed.forEach(known::remove);
    known.addAll(added);
    RecordIndex next = index.with(added, removed);
    reportConflicts(next);
    index = next;
    awaited.remove(source);
    ready = awaited.isEmpty();
  }

  private void reportConflicts(RecordIndex next) {
    Set<String> conflicts = new HashSet<>(next.conflicts());
    for (String conflict : conflicts) {
      if (!reportedConflicts.contains(conflict)) {
        log.error("port refused: {}", conflict);
      }
    }
    reportedConflicts = conflicts;
  }

  private static Set<InstanceRecord> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
