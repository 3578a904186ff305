package io.tapmeta.resolver.ingress;

import org.jspecify.annotations.Nullable;

/**
 * Where a connection came in, fixed when it was accepted and never read again.
 *
 * <p>The keys under which the index may know its port are made here, once, since every request of
 * the connection looks them up.
 */
public final class Ingress {
  private final Attachment attachment;
  private final MacAddress mac;
  private final PortKey byTap;
  private final @Nullable PortKey byNetwork;
  private final @Nullable PortKey byPin;

  public Ingress(Attachment attachment, MacAddress mac) {
    this.attachment = attachment;
    this.mac = mac;
    this.byTap = PortKey.onTap(attachment.tap(), mac);
    this.byNetwork =
        attachment.networkId().map(network -> PortKey.onNetwork(network, mac)).orElse(null);
    this.byPin = attachment.macs().contains(mac) ? PortKey.pinned(mac) : null;
  }

  public Attachment attachment() {
    return attachment;
  }

  /** The source MAC of the connection's SYN. */
  public MacAddress mac() {
    return mac;
  }

  /** The key of a port that names its tap. */
  public PortKey byTap() {
    return byTap;
  }

  /** The key of a port that names its network; null where the attachment knows of none. */
  public @Nullable PortKey byNetwork() {
    return byNetwork;
  }

  /** The key of a port that names only its MAC; null where the wiring does not pin that here. */
  public @Nullable PortKey byPin() {
    return byPin;
  }

  @Override
  public String toString() {
    return attachment.name() + " " + mac;
  }
}
