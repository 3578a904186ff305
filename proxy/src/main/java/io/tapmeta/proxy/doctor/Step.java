package io.tapmeta.proxy.doctor;

import java.util.Locale;

/** What a guest's request needs, in the order in which it comes by. */
public enum Step {
  /** What the wiring has written for the daemon. */
  FILE,
  /** The host's end of the VM's interface. */
  TAP,
  /** What turns frames off towards the listener. */
  STEERING,
  /** The host's end of the pair into the namespace. */
  VETH,
  NAMESPACE,
  /** The interface that the listener is bound to, and the metadata addresses. */
  ADDRESSES,
  /** From port 80 to the daemon's. */
  TRANSLATION,
  SOCKET,
  /** What the daemon itself says. */
  DAEMON,
  /** The guest, as the kernel knows it. */
  NEIGHBOUR,
  RECORD,
  REQUESTS;

  /** The word for operators. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
