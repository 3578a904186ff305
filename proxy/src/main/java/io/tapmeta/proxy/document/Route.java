package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import java.util.Optional;
import java.util.function.Function;

/** A path and the document behind it. */
public final class Route {
  /** Of a request whose path is not known. */
  public static final Route NONE = nowhere(Api.OTHER, "");

  private final Api api;
  private final String path;
  private final Function<Instance, Optional<Document>> renderer;
  private final Optional<Route> asOptional = Optional.of(this);

  /**
   * @param path canonical: no slash at the end, no dot segments
   * @param renderer the document of an instance; empty where this instance has none
   */
  Route(Api api, String path, Function<Instance, Optional<Document>> renderer) {
    this.api = api;
    this.path = path;
    this.renderer = renderer;
  }

  /** Leads nowhere, whatever the instance. */
  static Route nowhere(Api api, String path) {
    return new Route(api, path, _ -> Optional.empty());
  }

  /** The tree it belongs to. */
  public Api api() {
    return api;
  }

  public String path() {
    return path;
  }

  Optional<Document> render(Instance instance) {
    return renderer.apply(instance);
  }

  /** Itself, found; made once, for look-ups that allocate nothing. */
  public Optional<Route> asOptional() {
    return asOptional;
  }
}
