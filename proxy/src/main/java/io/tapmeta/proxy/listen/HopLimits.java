package io.tapmeta.proxy.listen;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolution.Found;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.instance.Policy;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many hops the first answer to a guest may take, which the kernel gives before anybody knows
 * whose it is: as many as any record allows that is known to be behind the attachment, and the node's
 * where none is. What follows has the limit of the guest that asks.
 *
 * @param node hops where a record says nothing; empty: as many as the namespace says
 */
public record HopLimits(Resolver resolver, Optional<Integer> node) {
  /** Behind an {@code adopt} attachment is a whole network, of which no record may speak for all. */
  int of(Attachment attachment) {
    IntStream said =
        attachment.mode() == Mode.ADOPT
            ? IntStream.empty()
            : behind(attachment)
                .map(record -> record.instance().policy().hopLimit().or(() -> node))
                .mapToInt(limit -> limit.orElse(Integer.MAX_VALUE));
    int most = said.max().orElse(node.orElse(Integer.MAX_VALUE));
    return most == Integer.MAX_VALUE ? Policy.SYSTEMS_HOPS : most;
  }

  private Stream<InstanceRecord> behind(Attachment attachment) {
    Stream<InstanceRecord> pinned =
        attachment.macs().stream()
            .map(mac -> resolver.resolve(new Ingress(attachment, mac)))
            .flatMap(found -> found instanceof Found(var record, _) ? Stream.of(record) : null);
    return Stream.concat(resolver.index().onTap(attachment.tap()).stream(), pinned);
  }
}
