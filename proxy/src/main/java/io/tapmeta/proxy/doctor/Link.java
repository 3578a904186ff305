package io.tapmeta.proxy.doctor;

import io.tapmeta.resolver.text.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A network interface.
 *
 * @param up it was told to be
 * @param carrier somebody is at its other end
 * @param master the bridge that it is a port of
 * @param addresses where they were asked for
 */
record Link(
    String name,
    long index,
    boolean up,
    boolean carrier,
    Optional<String> master,
    Optional<Wired> wired,
    List<String> addresses) {
  /**
   * What the wiring writes into the alias of its veth: whom it was made for.
   *
   * @param tapIndex the tap's index then; one that was plugged anew has another
   */
  record Wired(String tap, String tapIndex, String netns, String interfaceName) {
    private static Optional<Wired> of(String alias) {
      String[] words = alias.split(" ", -1);
      return words.length == 5 && words[0].equals("tapmeta")
          ? Optional.of(new Wired(words[1], words[2], words[3], words[4]))
          : Optional.empty();
    }
  }

  /** What {@code ip -j link} or {@code ip -j address} has printed. */
  static List<Link> all(JsonValue printed) {
    return Json.items(printed).stream()
        .filter(item -> Json.text(item, "ifname").isPresent())
        .map(Link::of)
        .toList();
  }

  static Optional<Link> named(String name, List<Link> links) {
    return links.stream().filter(link -> link.name.equals(name)).findFirst();
  }

  /** The host's end of the pair that was made for a tap. */
  static Optional<Link> wiredFor(String tap, List<Link> links) {
    return links.stream()
        .filter(link -> link.wired.filter(wired -> wired.tap.equals(tap)).isPresent())
        .findFirst();
  }

  private static Link of(JsonValue item) {
    List<String> flags = Json.texts(item, "flags");
    return new Link(
        Json.text(item, "ifname").orElseThrow(),
        Json.number(item, "ifindex"),
        flags.contains("UP"),
        !flags.contains("NO-CARRIER"),
        Json.text(item, "master"),
        Json.text(item, "ifalias").flatMap(Wired::of),
        Json.items(item, "addr_info").stream()
            .flatMap(address -> Json.text(address, "local").stream())
            .toList());
  }
}
