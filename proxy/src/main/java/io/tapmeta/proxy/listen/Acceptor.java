package io.tapmeta.proxy.listen;

import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.wire.Welcome;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.ingress.SavedSyn;
import io.tapmeta.resolver.instance.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fixes who is at the other end of a connection, once, when it is accepted: the attachment is the
 * listener's, the MAC is that of the SYN's own frame.
 */
final class Acceptor implements Welcome {
  private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

  private final Plug plug;
  private final GuestLoop loop;
  private final GuestMetrics metrics;
  private boolean failing;

  Acceptor(Plug plug, GuestLoop loop, GuestMetrics metrics) {
    this.plug = plug;
    this.loop = loop;
    this.metrics = metrics;
  }

  @Override
  public @Nullable GuestConnection accepted(ByteBuffer syn) {
    failing = false;
    Optional<MacAddress> mac = SavedSyn.sourceMac(syn);
    if (mac.isEmpty()) {
      return refuse(mac, syn, IdentityRefusal.NO_SAVED_SYN);
    }
    if (!plug.attachment().admits(mac.get())) {
      return refuse(mac, syn, IdentityRefusal.MAC_NOT_ALLOWED);
    }
    return new GuestConnection(loop, plug, new Ingress(plug.attachment(), mac.get()));
  }

  private @Nullable GuestConnection refuse(
      Optional<MacAddress> mac, ByteBuffer syn, IdentityRefusal reason) {
    metrics.identityRefused(reason);
    plug.tally().turnedAway(reason.word(), System.nanoTime());
    String address = SavedSyn.sourceAddress(syn).map(IpAddress::canonical).orElse("");
    loop.auditor().turnedAway(plug, mac, address, reason);
    return null;
  }

  /** Said once for as long as it lasts, counted every time. */
  @Override
  public void acceptFailed(IOException why) {
    metrics.overBudget(Excess.NODE);
    if (!failing) {
      failing = true;
      log.error("{}: cannot accept for now: {}", plug.attachment().name(), why.getMessage());
    }
  }
}
