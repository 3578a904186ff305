package io.tapmeta.proxy.scenario.kit;

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
}
