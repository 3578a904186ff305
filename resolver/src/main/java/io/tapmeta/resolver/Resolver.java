package io.tapmeta.resolver;

import io.tapmeta.resolver.ingress.Ingress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which instance is behind an ingress.
 *
 * <p>Sources publish all of their records at once; each publication builds a new index and swaps it
 * in with one volatile write. Event loops read the index of the moment and never wait.
 */
public final class Resolver {
  private static final Logger log = LoggerFactory.getLogger(Resolver.class);

  private final Set<String> awaited;
  private final Map<String, Collection<InstanceRecord>> bySource = new HashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private Set<String> reportedConflicts = Set.of();
  private volatile RecordIndex index = RecordIndex.empty();
  private volatile boolean ready;

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

  /** Has {@code listener} called after each publication, on the publishing thread. */
  public void onPublication(Runnable listener) {
    listeners.add(listener);
  }

  /** Replaces all that {@code source} published before. */
  public void publish(String source, Collection<InstanceRecord> records) {
    synchronized (this) {
      bySource.put(source, List.copyOf(records));
      List<InstanceRecord> all = new ArrayList<>();
      bySource.values().forEach(all::addAll);
      RecordIndex next = RecordIndex.of(all);
      reportConflicts(next);
      index = next;
      awaited.remove(source);
      ready = awaited.isEmpty();
    }
    listeners.forEach(Runnable::run);
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
}
