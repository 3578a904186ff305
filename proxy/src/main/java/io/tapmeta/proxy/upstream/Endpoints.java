package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.config.EndpointUrl;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** All endpoints, dealt out in turn; the ones that are ejected only when no other is left. */
final class Endpoints {
  private final List<Endpoint> all;
  private final AtomicInteger turn = new AtomicInteger();

  Endpoints(List<EndpointUrl> urls) {
    this.all = urls.stream().map(Endpoint::new).toList();
  }

  List<Endpoint> all() {
    return all;
  }

  /**
   * The endpoint to ask next; empty where every one has been tried.
   *
   * <p>With all of them ejected this is the one whose time is up first, and only once that has come:
   * until then requests fail at once instead of waiting for connections that will be refused.
   */
  Optional<Endpoint> next(Set<Endpoint> tried) {
    long now = System.nanoTime();
    int start = turn.getAndIncrement();
    for (int i = 0; i < all.size(); i++) {
      Endpoint endpoint = all.get(Math.floorMod(start + i, all.size()));
      if (!tried.contains(endpoint) && !endpoint.isEjected(now)) {
        return Optional.of(endpoint);
      }
    }
    return Optional.empty();
  }
}
