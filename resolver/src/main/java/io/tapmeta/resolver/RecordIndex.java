package io.tapmeta.resolver;

import io.tapmeta.resolver.Claims.Claim;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All records, indexed by the place of each port. Immutable once built; a change builds another,
 * which shares with the one before it what did not change.
 *
 * <p>A port is found by the strongest thing that places it. One that names a tap answers only on
 * that tap, so that no MAC which a guest makes up on its own tap leads to another's port; where an
 * attachment stands for a whole network ({@code adopt}) the network and the MAC decide. Any other
 * port is found only where the wiring pins its MAC to the attachment; and on its network, where it
 * names one.
 */
public final class RecordIndex {
  private static final RecordIndex EMPTY =
      new RecordIndex(ShardedMap.empty(), ShardedMap.empty(), ShardedMap.empty(), Map.of());

  private final ShardedMap<PortKey, Claims> ports;
  private final ShardedMap<InstanceRecord, InstanceRecord> records;
  private final ShardedMap<String, List<InstanceRecord>> byTap;
  private final Map<String, String> conflicts;

  private RecordIndex(
      ShardedMap<PortKey, Claims> ports,
      ShardedMap<InstanceRecord, InstanceRecord> records,
      ShardedMap<String, List<InstanceRecord>> byTap,
      Map<String, String> conflicts) {
    this.ports = ports;
    this.records = records;
    this.byTap = byTap;
    this.conflicts = conflicts;
  }

  public static RecordIndex empty() {
    return EMPTY;
  }

  public static RecordIndex of(Collection<InstanceRecord> records) {
    return EMPTY.with(records, List.of());
  }

  /** All of them, in no order. */
  public Collection<InstanceRecord> records() {
    List<InstanceRecord> all = new ArrayList<>(records.size());
    records.forEachValue(all::add);
    return all;
  }

  /** How many there are. */
  public int size() {
    return records.size();
  }

  /** The records with a port that names this tap. */
  public List<InstanceRecord> onTap(String tap) {
    List<InstanceRecord> found = byTap.get(tap);
    return found == null ? List.of() : found;
  }

  /** Places that several records claim, each with the records' origins, in words for the log. */
  public List<String> conflicts() {
    return List.copyOf(conflicts.values());
  }

  /** The index without {@code removed} and with {@code added}, in time that goes by their number. */
  RecordIndex with(Collection<InstanceRecord> added, Collection<InstanceRecord> removed) {
    Map<InstanceRecord, @Nullable InstanceRecord> changedRecords = new HashMap<>();
    Map<String, @Nullable List<InstanceRecord>> changedTaps = new HashMap<>();
    Map<PortKey, List<Claim>> claims = new HashMap<>();
    for (InstanceRecord record : removed) {
      changedRecords.put(record, null);
      for (Port port : record.instance().ports()) {
        port.tap().ifPresent(tap -> onTap(tap, changedTaps).remove(record));
        for (PortKey key : keys(port)) {
          claims(key, claims).removeIf(claim -> claim.record().equals(record));
        }
      }
    }
    for (InstanceRecord record : added) {
      changedRecords.put(record, record);
      for (Port port : record.instance().ports()) {
        port.tap().ifPresent(tap -> onTap(tap, changedTaps).add(record));
        keys(port).forEach(key -> claims(key, claims).add(new Claim(record, port)));
      }
    }
    changedTaps.replaceAll((_, on) -> on == null || on.isEmpty() ? null : List.copyOf(on));
    Map<String, String> changedConflicts = new TreeMap<>(conflicts);
    return new RecordIndex(
        ports.with(judged(claims, changedConflicts)),
        records.with(changedRecords),
        byTap.with(changedTaps),
        changedConflicts);
  }

  Resolution resolve(Ingress ingress) {
    Resolution found = ingress.attachment().mode() == Mode.ADOPT ? null : at(ingress.byTap());
    if (found == null && ingress.byNetwork() != null && isVouchedFor(ingress)) {
      found = onNetwork(ingress, at(ingress.byNetwork()));
    }
    if (found == null && ingress.byPin() != null) {
      found = at(ingress.byPin());
    }
    return found == null ? Resolution.UNKNOWN : found;
  }

  /** Somebody other than the guest says that this MAC belongs here. */
  private static boolean isVouchedFor(Ingress ingress) {
    return ingress.attachment().mode() == Mode.ADOPT || ingress.byPin() != null;
  }

  private @Nullable Resolution at(PortKey key) {
    Claims claims = ports.get(key);
    return claims == null ? null : claims.resolution();
  }

  /** Off {@code adopt}, a port that names a tap is not found through its network. */
  private static @Nullable Resolution onNetwork(Ingress ingress, @Nullable Resolution found) {
    boolean onAnotherTap =
        found instanceof Found(_, Port port)
            && port.tap().isPresent()
            && ingress.attachment().mode() != Mode.ADOPT;
    return onAnotherTap ? null : found;
  }

  /**
   * What the changed claims mean, for their own places and for the other places of the same ports:
   * contested in one place, a port is refused in all, as nobody can tell whose it is.
   */
  private Map<PortKey, @Nullable Claims> judged(
      Map<PortKey, List<Claim>> changed, Map<String, String> conflicts) {
    Set<PortKey> concerned = new HashSet<>(changed.keySet());
    for (Map.Entry<PortKey, List<Claim>> change : changed.entrySet()) {
      change.getValue().forEach(claim -> concerned.addAll(keys(claim.port())));
      before(change.getKey()).forEach(claim -> concerned.addAll(keys(claim.port())));
    }
    Map<PortKey, @Nullable Claims> judged = new HashMap<>();
    for (PortKey key : concerned) {
      List<Claim> claims = changed.getOrDefault(key, before(key));
      if (Claims.contested(claims)) {
        conflicts.put(key.toString(), Claims.conflict(key, claims));
      } else {
        conflicts.remove(key.toString());
      }
      judged.put(
          key,
          claims.isEmpty() ? null : new Claims(List.copyOf(claims), resolution(claims, changed)));
    }
    return judged;
  }

  private Resolution resolution(List<Claim> claims, Map<PortKey, List<Claim>> changed) {
    Claim first = claims.getFirst();
    boolean refused =
        Claims.contested(claims)
            || keys(first.port()).stream()
                .anyMatch(key -> Claims.contested(changed.getOrDefault(key, before(key))));
    return refused ? Resolution.AMBIGUOUS : new Found(first.record(), first.port());
  }

  private List<Claim> before(PortKey key) {
    Claims claims = ports.get(key);
    return claims == null ? List.of() : claims.all();
  }

  private List<Claim> claims(PortKey key, Map<PortKey, List<Claim>> changed) {
    return changed.computeIfAbsent(key, _ -> new ArrayList<>(before(key)));
  }

  private List<InstanceRecord> onTap(
      String tap, Map<String, @Nullable List<InstanceRecord>> changed) {
    return changed.computeIfAbsent(tap, _ -> new ArrayList<>(onTap(tap)));
  }

  private static List<PortKey> keys(Port port) {
    List<PortKey> keys = new ArrayList<>(2);
    port.tap().ifPresent(tap -> keys.add(PortKey.onTap(tap, port.mac())));
    port.networkId().ifPresent(network -> keys.add(PortKey.onNetwork(network, port.mac())));
    return keys.isEmpty() ? List.of(PortKey.pinned(port.mac())) : keys;
  }
}
