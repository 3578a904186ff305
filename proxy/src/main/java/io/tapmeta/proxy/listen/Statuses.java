package io.tapmeta.proxy.listen;

import io.tapmeta.proxy.listen.AttachmentStatus.State;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How every attachment is doing, and how many are in each state, without a look at all of them.
 * Changed by one thread, read by any.
 */
final class Statuses {
  private final Map<String, AttachmentStatus> byName = new ConcurrentHashMap<>();
  private final Map<State, AtomicInteger> counts =
      Arrays.stream(State.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new AtomicInteger()));

  void put(AttachmentStatus status) {
    AttachmentStatus before = byName.put(status.name(), status);
    counter(status.state()).incrementAndGet();
    discount(before);
  }

  void remove(String name) {
    discount(byName.remove(name));
  }

  @Nullable AttachmentStatus named(String name) {
    return byName.get(name);
  }

  Collection<AttachmentStatus> all() {
    return byName.values();
  }

  int count(State state) {
    return counter(state).get();
  }

  private AtomicInteger counter(State state) {
    return Objects.requireNonNull(counts.get(state));
  }

  private void discount(@Nullable AttachmentStatus before) {
    if (before != null) {
      counter(before.state()).decrementAndGet();
    }
  }
}
