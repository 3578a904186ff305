package io.tapmeta.proxy.scenario.kit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a node and its daemon hold of all that could leak.
 *
 * @param descriptors of the daemon
 * @param threads of the daemon
 */
public record Ledger(Wiring wiring, long descriptors, long threads) {
  public static Ledger of(ComputeNode node, Daemon daemon) {
    return new Ledger(node.wiring(), daemon.descriptors(), daemon.threads());
  }

  /**
   * Asserts that nothing is left since {@code before}. Of what is named anew with every VM the number
   * counts; some descriptors come and go with operators' requests.
   */
  public void assertNoMoreThan(Ledger before) {
    assertThat(wiring.links()).hasSameSizeAs(before.wiring.links());
    assertThat(wiring.namespaces()).hasSameSizeAs(before.wiring.namespaces());
    assertThat(wiring.files()).isEqualTo(before.wiring.files());
    assertThat(wiring.tables()).isEqualTo(before.wiring.tables());
    assertThat(wiring.rules()).isEqualTo(before.wiring.rules());
    assertThat(descriptors).isLessThanOrEqualTo(before.descriptors + 4);
    assertThat(threads).isLessThanOrEqualTo(before.threads);
  }
}
