package io.tapmeta.proxy.scenario.kit;

/** How a guest is plugged in; by default on the node's bridge, with its gateway there. */
public final class GuestBuilder {
  private final ComputeNode node;
  private String tap = Run.tapName();
  private String mac = Run.mac();
  private boolean bridged = true;
  private boolean onLink;

  GuestBuilder(ComputeNode node) {
    this.node = node;
  }

  /** A name that another guest's tap has had. */
  public GuestBuilder tap(String name) {
    tap = name;
    return this;
  }

  public GuestBuilder mac(String value) {
    mac = value;
    return this;
  }

  /** Its tap is an interface of the node's own, with a gateway address on it. */
  public GuestBuilder routed() {
    bridged = false;
    return this;
  }

  /** It takes the metadata address for a neighbour, and does not ask through its gateway. */
  public GuestBuilder onLink() {
    onLink = true;
    return this;
  }

  /** Plugs it in; nobody has told tapmeta of it yet. */
  public Guest start() {
    Guest guest = new Guest(node, tap, mac);
    node.add(guest);
    node.namespace()
        .ip(
            "link add %s type veth peer name eth0 address %s netns %s"
                .formatted(tap, mac, guest.namespace().name()),
            bridged
                ? "link set %s master %s".formatted(tap, node.bridge())
                : "address add %s/32 dev %s".formatted(ComputeNode.GATEWAY, tap),
            "link set %s up".formatted(tap));
    guest
        .namespace()
        .ip(
            "link set eth0 up",
            "address add %s/24 dev eth0".formatted(Guest.ADDRESS),
            onLink
                ? "route add %s dev eth0".formatted(Guest.METADATA)
                : "route add default via %s".formatted(ComputeNode.GATEWAY));
    return guest;
  }
}
