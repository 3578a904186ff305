package io.tapmeta.resolver;

import io.tapmeta.resolver.Resolution.Found;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.instance.Port;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The rules of who is found where, written down without any index. One port a record. */
final class Oracle {
  private Oracle() {}

  static Resolution resolve(List<InstanceRecord> records, Ingress ingress) {
    boolean adopt = ingress.attachment().mode() == Mode.ADOPT;
    Optional<String> network = ingress.attachment().networkId();
    Predicate<Port> onTap =
        port -> !adopt && port.tap().equals(Optional.of(ingress.attachment().tap()));
    boolean isPinned = ingress.attachment().macs().contains(ingress.mac());
    Predicate<Port> onNetwork =
        port -> (adopt || isPinned) && network.isPresent() && port.networkId().equals(network);
    Predicate<Port> pinned = port -> port.tap().isEmpty() && port.networkId().isEmpty() && isPinned;
    for (Predicate<Port> place : List.of(onTap, onNetwork, pinned)) {
      List<InstanceRecord> claims =
          records.stream()
              .filter(record -> port(record).mac().equals(ingress.mac()))
              .filter(record -> place.test(port(record)))
              .toList();
      boolean contested =
          claims.size() > 1 || claims.stream().anyMatch(claim -> isContested(records, claim));
      if (contested) {
        return Resolution.AMBIGUOUS;
      }
      if (!claims.isEmpty()) {
        Port port = port(claims.getFirst());
        if (place != onNetwork || adopt || port.tap().isEmpty()) {
          return new Found(claims.getFirst(), port);
        }
      }
    }
    return Resolution.UNKNOWN;
  }

  private static boolean isContested(List<InstanceRecord> records, InstanceRecord claim) {
    Port mine = port(claim);
    return records.stream()
        .filter(other -> other != claim)
        .map(Oracle::port)
        .filter(port -> port.mac().equals(mine.mac()))
        .anyMatch(
            port ->
                port.tap().isPresent() && port.tap().equals(mine.tap())
                    || port.networkId().isPresent() && port.networkId().equals(mine.networkId())
                    || placeless(port) && placeless(mine));
  }

  private static boolean placeless(Port port) {
    return port.tap().isEmpty() && port.networkId().isEmpty();
  }

  private static Port port(InstanceRecord record) {
    return record.instance().ports().getFirst();
  }
}
