package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import java.util.Optional;
import java.util.function.Function;

/** A path and what is behind it. */
public final class Route {
  /** Makes the document of an instance; empty where this instance has none. */
  @FunctionalInterface
  interface Renderer {
    Optional<Document> render(Instance instance, Requester requester);
  }

  /** What is behind a path. */
  public enum Kind {
    /** A document rendered from the record, the same for every request. */
    DOCUMENT,
    /** Such a document, to which others may add while the guest waits. */
    VENDOR_DATA,
    /** A document of a path that is not in the table, rendered for each request. */
    UNLISTED,
    /** The instance's admin password, which guests write and read. */
    PASSWORD
  }

  /** Of a request whose path is not known. */
  public static final Route NONE = nowhere(Api.OTHER, "");

  private final Api api;
  private final String path;
  private final Kind kind;
  private final Renderer renderer;
  private final Optional<Route> asOptional = Optional.of(this);

  private Route(Api api, String path, Kind kind, Renderer renderer) {
    this.api = api;
    this.path = path;
    this.kind = kind;
    this.renderer = renderer;
  }

  /**
   * A document.
   *
   * @param path canonical: no slash at the end, no dot segments
   */
  static Route document(Api api, String path, Renderer renderer) {
    return new Route(api, path, Kind.DOCUMENT, renderer);
  }

  /** A document that every instance has, and that depends on nothing but the instance. */
  static Route document(Api api, String path, Function<Instance, Document> renderer) {
    return document(api, path, (instance, _) -> Optional.of(renderer.apply(instance)));
  }

  /** {@code vendor_data2.json}, as far as it comes from this node. */
  static Route vendorData(String path, Function<Instance, Document> renderer) {
    return new Route(
        Api.OPENSTACK,
        path,
        Kind.VENDOR_DATA,
        (instance, _) -> Optional.of(renderer.apply(instance)));
  }

  /** A path that only some record knows of. */
  static Route unlisted(Api api, String path, Renderer renderer) {
    return new Route(api, path, Kind.UNLISTED, renderer);
  }

  static Route password(String path) {
    return new Route(Api.OPENSTACK, path, Kind.PASSWORD, (_, _) -> Optional.empty());
  }

  /** Leads nowhere, whatever the instance. */
  static Route nowhere(Api api, String path) {
    return unlisted(api, path, (_, _) -> Optional.empty());
  }

  /** The tree it belongs to. */
  public Api api() {
    return api;
  }

  public String path() {
    return path;
  }

  public Kind kind() {
    return kind;
  }

  Optional<Document> render(Instance instance, Requester requester) {
    return renderer.render(instance, requester);
  }

  /** Itself, found; made once, for look-ups that allocate nothing. */
  public Optional<Route> asOptional() {
    return asOptional;
  }
}
