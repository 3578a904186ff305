package io.tapmeta.resolver.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a follower told, in order. */
final class Recorder implements DirectoryFollower.Listener {
  private final List<String> told = new ArrayList<>();
  private final Set<String> present = new TreeSet<>();
  private final Set<Thread> threads = new java.util.HashSet<>();

  @Override
  public synchronized void compared(Map<Path, FileStamp> changed, Set<String> removed) {
    Set<String> names = new TreeSet<>();
    changed.keySet().forEach(file -> names.add(file.getFileName().toString()));
    told.add("+" + names + " -" + new TreeSet<>(removed));
    present.addAll(names);
    present.removeAll(removed);
    threads.add(Thread.currentThread());
  }

  @Override
  public synchronized void unreadable(IOException reason) {
    told.add("unreadable");
  }

  synchronized List<String> told() {
    return List.copyOf(told);
  }

  /** How often exactly this was told. */
  synchronized long count(String what) {
    return told.stream().filter(what::equals).count();
  }

  synchronized Set<String> present() {
    return Set.copyOf(present);
  }

  synchronized Set<Thread> threads() {
    return Set.copyOf(threads);
  }

  synchronized void clear() {
    told.clear();
  }
}
