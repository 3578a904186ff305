package io.tapmeta.proxy.scenario.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;

/** A tap at which one VM follows another. */
public final class Seat {
  private final ComputeNode node;
  private Guest guest;

  public Seat(ComputeNode node, String hostname) {
    this.node = node;
    this.guest = node.vm(hostname);
  }

  /** Another VM, with another MAC, under the tap's name; it is never taken for the one before. */
  public void plugAnew() {
    node.namespace().ip("link del " + guest.tap());
    guest.close();
    guest = node.guest().tap(guest.tap()).start();
    guest.record().write();
    guest.attach();
    String identity =
        await().ignoreException(UncheckedIOException.class).until(guest::identity, _ -> true);
    assertThat(identity).isEqualTo(guest.record().uuid());
  }
}
