package io.tapmeta.proxy.scenario.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * What a node and its daemon hold of all that could leak.
 *
 * @param descriptors of the daemon
 * @param threads of the daemon
 * @param connections of guests that the daemon has on its heap, be their namespaces gone or not
 * @param documents that the daemon keeps rendered
 */
public record Ledger(
    Wiring wiring, long descriptors, long threads, long connections, long documents) {
  private static final String CONNECTION = "io.tapmeta.proxy.wire.GuestChannel";
  private static final String DOCUMENT = "io.tapmeta.proxy.document.EncodedAnswer";

  public static Ledger of(ComputeNode node, Daemon daemon) {
    // First: whoever looks at the heap wakes a thread of the JVM's that stays.
    List<Long> objects = daemon.objects(CONNECTION, DOCUMENT);
    return new Ledger(
        node.wiring(), daemon.descriptors(), daemon.threads(), objects.get(0), objects.get(1));
  }

  /**
   * Asserts that nothing is left since {@code before}. Of what is named anew with every VM the number
   * counts; some descriptors come and go with operators' requests. Documents are not among it: those
   * of records as they were stay until their room is wanted.
   */
  public void assertNoMoreThan(Ledger before) {
    assertThat(wiring.links()).hasSameSizeAs(before.wiring.links());
    assertThat(wiring.namespaces()).hasSameSizeAs(before.wiring.namespaces());
    assertThat(wiring.files()).isEqualTo(before.wiring.files());
    assertThat(wiring.tables()).isEqualTo(before.wiring.tables());
    assertThat(wiring.rules()).isEqualTo(before.wiring.rules());
    assertThat(descriptors).isLessThanOrEqualTo(before.descriptors + 4);
    assertThat(threads).isLessThanOrEqualTo(before.threads);
    assertThat(connections).isLessThanOrEqualTo(before.connections);
  }
}
