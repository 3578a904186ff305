package io.tapmeta.proxy.listen;

import io.tapmeta.resolver.ingress.Attachment;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All attachments that are wanted, found by name, tap, namespace or interface, so that a change of
 * one costs the same among thousands. For the listeners' thread.
 */
final class Slots {
  private final Map<String, Slot> byName = new HashMap<>();
  private final Map<String, Set<Slot>> byTap = new HashMap<>();
  private final Map<String, Set<Slot>> byNamespace = new HashMap<>();
  private final Map<Place, Set<Slot>> byPlace = new HashMap<>();

  /** An interface in its namespace; the home namespace has the empty name. */
  private record Place(String namespace, String interfaceName) {
    static Place of(Attachment attachment) {
      return new Place(attachment.netns().orElse(""), attachment.interfaceName());
    }
  }

  void put(Slot slot) {
    Attachment attachment = slot.attachment();
    byName.put(attachment.name(), slot);
    add(byTap, attachment.tap(), slot);
    attachment.netns().ifPresent(name -> add(byNamespace, name, slot));
    add(byPlace, Place.of(attachment), slot);
  }

  @Nullable Slot remove(String name) {
    Slot slot = byName.remove(name);
    if (slot != null) {
      Attachment attachment = slot.attachment();
      drop(byTap, attachment.tap(), slot);
      attachment.netns().ifPresent(netns -> drop(byNamespace, netns, slot));
      drop(byPlace, Place.of(attachment), slot);
    }
    return slot;
  }

  @Nullable Slot named(String name) {
    return byName.get(name);
  }

  Collection<Slot> all() {
    return byName.values();
  }

  Collection<Slot> onTap(String tap) {
    return List.copyOf(byTap.getOrDefault(tap, Set.of()));
  }

  Collection<Slot> inNamespace(String netns) {
    return List.copyOf(byNamespace.getOrDefault(netns, Set.of()));
  }

  /**
   * One tap, or one interface, under two names would be one guest with two identities.
   *
   * @throws IOException where another attachment already listens for what this one names
   */
  void refuseShared(Attachment attachment) throws IOException {
    for (Slot other : byTap.getOrDefault(attachment.tap(), Set.of())) {
      if (holds(other, attachment)) {
        throw new IOException(
            "tap %s: already attached as %s (expected: one attachment a tap)"
                .formatted(attachment.tap(), other.attachment().name()));
      }
    }
    for (Slot other : byPlace.getOrDefault(Place.of(attachment), Set.of())) {
      if (holds(other, attachment)) {
        throw new IOException(
            "interface %s: already attached as %s (expected: one attachment an interface)"
                .formatted(attachment.interfaceName(), other.attachment().name()));
      }
    }
  }

  private static boolean holds(Slot other, Attachment attachment) {
    return other.listener != null && !other.attachment().name().equals(attachment.name());
  }

  private static <K> void add(Map<K, Set<Slot>> index, K key, Slot slot) {
    index.computeIfAbsent(key, _ -> new HashSet<>(2)).add(slot);
  }

  private static <K> void drop(Map<K, Set<Slot>> index, K key, Slot slot) {
    index.computeIfPresent(
        key,
        (_, slots) -> {
          slots.remove(slot);
          return slots.isEmpty() ? null : slots;
        });
  }
}
