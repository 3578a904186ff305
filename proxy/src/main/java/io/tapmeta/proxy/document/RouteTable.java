package io.tapmeta.proxy.document;

import io.tapmeta.resolver.text.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All paths that have a document, found by the bytes of a request's target.
 *
 * <p>Guests nearly always send a path in its canonical form, so the bytes are hashed and compared as
 * they are, with no text made of them; what is not found that way is made canonical and looked up
 * again. Immutable, shared by all loops.
 */
public final class RouteTable {
  /** Slots per route, a power of two: more than half of them stay free. */
  private static final int SPREAD = 4;

  private final @Nullable Slot[] slots;
  private final Map<String, Route> byPath = new HashMap<>();

  private record Slot(byte[] path, Route route) {}

  RouteTable(List<Route> routes) {
    slots = new Slot[Integer.highestOneBit(Math.max(routes.size(), 1)) * SPREAD];
    for (Route route : routes) {
      byPath.put(route.path(), route);
      byte[] path = route.path().getBytes(StandardCharsets.UTF_8);
      int slot = hash(path, 0, path.length);
      while (slots[slot & slots.length - 1] != null) {
        slot++;
      }
      slots[slot & slots.length - 1] = new Slot(path, route);
    }
  }

  /** Every document that tapmeta renders, on a node that has no vendor data of its own. */
  public static RouteTable complete() {
    return complete(Optional::empty);
  }

  /**
   * Every document that tapmeta renders.
   *
   * @param nodeVendorData the node's vendor data of the moment, for records that have none
   */
  public static RouteTable complete(Supplier<Optional<JsonValue>> nodeVendorData) {
    List<Route> routes = new ArrayList<>();
    OpenStackTree.routes(nodeVendorData, routes::add);
    Ec2Tree.routes(routes::add);
    NoCloudTree.routes(nodeVendorData, routes::add);
    return new RouteTable(routes);
  }

  /** All of them. */
  Collection<Route> routes() {
    return byPath.values();
  }

  /**
   * The route of an origin-form target, query and all; one that leads nowhere where no document has
   * that path. Empty where the target cannot be read as a path.
   */
  public Optional<Route> find(String target) {
    return CanonicalPath.of(target).map(this::byPath);
  }

  /** The route of bytes that are the canonical path of one; allocates nothing. */
  public @Nullable Route exact(byte[] bytes, int from, int to) {
    for (int slot = hash(bytes, from, to); ; slot++) {
      Slot candidate = slots[slot & slots.length - 1];
      if (candidate == null) {
        return null;
      }
      if (matches(candidate.path, bytes, from, to)) {
        return candidate.route;
      }
    }
  }

  private Route byPath(String path) {
    Route route = byPath.get(path);
    return route != null
        ? route
        : Ec2Tree.unlisted(path).orElseGet(() -> Route.nowhere(apiOf(path), path));
  }

  private static Api apiOf(String path) {
    return path.startsWith("/openstack/")
        ? Api.OPENSTACK
        : path.startsWith("/ec2/")
            ? Api.EC2
            : path.startsWith("/nocloud/") ? Api.NOCLOUD : Api.OTHER;
  }

  private static boolean matches(byte[] path, byte[] bytes, int from, int to) {
    return Arrays.equals(path, 0, path.length, bytes, from, to);
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash ^ hash >>> 15;
  }
}
