package io.tapmeta.proxy;

import io.tapmeta.proxy.listen.GuestListeners;
import io.tapmeta.proxy.listen.Presence;
import io.tapmeta.proxy.metrics.NodeMetrics;
import io.tapmeta.resolver.ingress.Attachment;
import java.time.Duration;

/** What is done for a guest that is plugged in. */
record Plugs(Presence presence, NodeMetrics metrics, BootPreparation preparation)
    implements GuestListeners.Observer {
  @Override
  public void listening(Attachment attachment, Duration sincePlug) {
    presence.listening(attachment.name());
    metrics.plugToReady(sincePlug);
    preparation.attached(attachment);
  }

  @Override
  public void detached(Attachment attachment) {
    preparation.detached(attachment);
  }
}
