package io.tapmeta.resolver;

import io.tapmeta.resolver.Resolution.Found;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.PortKey;
import io.tapmeta.resolver.instance.Port;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All records, indexed by the place of each port. Immutable once built; a change builds another.
 *
 * <p>A port is found by the strongest thing that places it. One that names a tap answers only on
 * that tap, so that no MAC which a guest makes up on its own tap leads to another's port; where an
 * attachment stands for a whole network ({@code adopt}) the network and the MAC decide. A port that
 * names a network alone is found through attachments on it; one that names neither, only where the
 * wiring pins its MAC to the attachment.
 */
public final class RecordIndex {
  private static final RecordIndex EMPTY = new RecordIndex(List.of());

  private final Map<PortKey, Resolution> ports = new HashMap<>();
  private final Collection<InstanceRecord> records;
  private final List<String> conflicts = new ArrayList<>();

  private RecordIndex(Collection<InstanceRecord> records) {
    this.records = records;
    Set<PortKey> contested = contested();
    for (InstanceRecord record : records) {
      for (Port port : record.instance().ports()) {
        List<PortKey> keys = keys(port);
        // Contested in one place, a port is refused in all: whose it is, nobody can tell.
        boolean refused = keys.stream().anyMatch(contested::contains);
        Resolution answer = refused ? Resolution.AMBIGUOUS : new Found(record, port);
        keys.forEach(key -> ports.put(key, answer));
      }
    }
  }

  public static RecordIndex empty() {
    return EMPTY;
  }

  public static RecordIndex of(Collection<InstanceRecord> records) {
    return new RecordIndex(List.copyOf(records));
  }

  public Collection<InstanceRecord> records() {
    return records;
  }

  /** Ports that several records claim, each with the records' origins, in words for the log. */
  public List<String> conflicts() {
    return List.copyOf(conflicts);
  }

  Resolution resolve(Ingress ingress) {
    Resolution found =
        ingress.attachment().mode() == Mode.ADOPT ? null : ports.get(ingress.byTap());
    if (found == null && ingress.byNetwork() != null) {
      found = onNetwork(ingress, ports.get(ingress.byNetwork()));
    }
    if (found == null && ingress.byPin() != null) {
      found = ports.get(ingress.byPin());
    }
    return found == null ? Resolution.UNKNOWN : found;
  }

  /** Off {@code adopt}, a port that names a tap is not found through its network. */
  private static @Nullable Resolution onNetwork(Ingress ingress, @Nullable Resolution found) {
    boolean onAnotherTap =
        found instanceof Found(_, Port port)
            && port.tap().isPresent()
            && ingress.attachment().mode() != Mode.ADOPT;
    return onAnotherTap ? null : found;
  }

  private Set<PortKey> contested() {
    Map<PortKey, InstanceRecord> claimed = new HashMap<>();
    Set<PortKey> contested = new HashSet<>();
    for (InstanceRecord record : records) {
      for (Port port : record.instance().ports()) {
        for (PortKey key : keys(port)) {
          InstanceRecord earlier = claimed.putIfAbsent(key, record);
          if (earlier != null) {
            contested.add(key);
            conflicts.add(
                "%s: claimed by %s and %s (expected: one record)"
                    .formatted(key, earlier.origin(), record.origin()));
          }
        }
      }
    }
    return contested;
  }

  private static List<PortKey> keys(Port port) {
    List<PortKey> keys = new ArrayList<>(2);
    port.tap().ifPresent(tap -> keys.add(PortKey.onTap(tap, port.mac())));
    port.networkId().ifPresent(network -> keys.add(PortKey.onNetwork(network, port.mac())));
    return keys.isEmpty() ? List.of(PortKey.pinned(port.mac())) : keys;
  }
}
