package io.tapmeta.resolver.ingress;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A place where guests plug in, as the wiring wrote it into the attachments directory.
 *
 * @param name unique on the node; the file is {@code NAME.json}
 * @param tap the tap whose guest is behind it; in {@code adopt} mode the attachment's name
 * @param mode how its traffic gets to the listener
 * @param netns the network namespace of the listener; empty: the daemon's own
 * @param interfaceName the interface in that namespace on which guests come in
 * @param networkId the Neutron network that all of its guests are on, where that is known
 * @param macs the only source MACs that are let in; empty: any
 */
public record Attachment(
    String name,
    String tap,
    Mode mode,
    Optional<String> netns,
    String interfaceName,
    Optional<String> networkId,
    Set<MacAddress> macs) {

  /** How traffic reaches the listener. */
  public enum Mode {
    /** A namespace for this tap alone. */
    NETNS,
    /** The daemon's own namespace, the listener bound to the tap. */
    SHARED,
    /** A namespace of the SDN with many guests behind one interface. */
    ADOPT;

    /** The word in files and on command lines. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** True where a frame with this source MAC may come in here at all. */
  public boolean admits(MacAddress mac) {
    return macs.isEmpty() || macs.contains(mac);
  }
}
