package io.tapmeta.resolver;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map kept in shards: a changed map shares with the one before it all shards in
 * which nothing changed, so that one change among a hundred thousand entries copies about a hundred.
 */
final class ShardedMap<K, V> {
  private static final int SHARDS = 1024;

  private final Map<K, V>[] shards;
  private final int size;

  private ShardedMap(Map<K, V>[] shards, int size) {
    this.shards = shards;
    this.size = size;
  }

  static <K, V> ShardedMap<K, V> empty() {
    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no generic arrays.
    Map<K, V>[] shards = new Map[SHARDS];
    Arrays.fill(shards, Map.of());
    return new ShardedMap<>(shards, 0);
  }

  @Nullable V get(K key) {
    return shards[shard(key)].get(key);
  }

  int size() {
    return size;
  }

  void forEachValue(Consumer<V> sink) {
    for (Map<K, V> shard : shards) {
      shard.values().forEach(sink);
    }
  }

  /** The map with these entries put, and those without a value removed. */
  ShardedMap<K, V> with(Map<K, @Nullable V> changes) {
    Map<K, V>[] changed = shards.clone();
    int count = size;
    for (Map.Entry<K, @Nullable V> change : changes.entrySet()) {
      int at = shard(change.getKey());
      if (changed[at] == shards[at]) {
        changed[at] = new HashMap<>(shards[at]);
      }
      V value = change.getValue();
      V before =
          value == null
              ? changed[at].remove(change.getKey())
              : changed[at].put(change.getKey(), value);
      count += (value == null ? 0 : 1) - (before == null ? 0 : 1);
    }
    for (int at = 0; at < SHARDS; at++) {
      if (changed[at] != shards[at] && changed[at].isEmpty()) {
        changed[at] = Collections.emptyMap();
      }
    }
    return new ShardedMap<>(changed, count);
  }

  /** The maps within shards use the low bits of the hash. */
  private static int shard(Object key) {
    int hash = key.hashCode() * 0x9e3779b9;
    return hash >>> 22;
  }
}
