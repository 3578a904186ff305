package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.config.EndpointUrl;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** All endpoints, dealt out in turn; the ones that are ejected only where no other is left. */
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
   * <p>One that takes no connections is never it until its time is up, so that requests fail at once
   * instead of waiting. One that is ejected for bad answers is, where no other is left: they may have
   * been bad for one guest only, who must not take the backend away from all others.
   */
  Optional<Endpoint> next(Set<Endpoint> tried) {
    long now = System.nanoTime();
    int start = turn.getAndIncrement();
    Optional<Endpoint> lastResort = Optional.empty();
    for (int i = 0; i < all.size(); i++) {
      Endpoint endpoint = all.get(Math.floorMod(start + i, all.size()));
      if (tried.contains(endpoint) || endpoint.isRefusing(now)) {
        continue;
      }
      if (!endpoint.isEjected(now)) {
        return Optional.of(endpoint);
      }
      lastResort = Optional.of(endpoint);
    }
    return lastResort;
  }
}
