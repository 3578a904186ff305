package io.tapmeta.proxy.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.unix.RawUnixChannelOption;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.GuestLoop;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.ingress.SavedSyn;
import java.util.Optional;

/**
 * Fixes who is at the other end of a connection, once, when it is accepted: the attachment is the
 * listener's, the MAC is that of the SYN's own frame.
 */
@Sharable
final class Acceptor extends ChannelInitializer<Channel> {
  private static final int IPPROTO_TCP = 6;
  private static final RawUnixChannelOption TCP_SAVED_SYN =
      new RawUnixChannelOption("TCP_SAVED_SYN", IPPROTO_TCP, 28, SavedSyn.MAX_BYTES);

  private final Plug plug;
  private final GuestLoop loop;
  private final GuestMetrics metrics;

  Acceptor(Plug plug, GuestLoop loop, GuestMetrics metrics) {
    this.plug = plug;
    this.loop = loop;
    this.metrics = metrics;
  }

  GuestLoop loop() {
    return loop;
  }

  @Override
  protected void initChannel(Channel channel) {
    Optional<MacAddress> mac = SavedSyn.sourceMac(channel.config().getOption(TCP_SAVED_SYN));
    if (mac.isEmpty()) {
      refuse(channel, IdentityRefusal.NO_SAVED_SYN);
    } else if (!plug.attachment().admits(mac.get())) {
      refuse(channel, IdentityRefusal.MAC_NOT_ALLOWED);
    } else {
      channel
          .pipeline()
          .addLast(new GuestConnection(loop, plug, new Ingress(plug.attachment(), mac.get())));
    }
  }

  private void refuse(Channel channel, IdentityRefusal reason) {
    metrics.identityRefused(reason);
    var _ = channel.close();
  }
}
