package io.tapmeta.proxy.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one plugged-in guest has under way towards the backend, so that it can take no more than its
 * share and asks for one thing only once. Belongs to its loop, but for the count of cached answers.
 */
public final class GuestUpstream {
  private final Map<UpstreamCache.Key, List<Forwarder.Joined>> joined = new HashMap<>();
  private final AtomicInteger cached = new AtomicInteger();
  private int underWay;
  private int epoch;

  int epoch() {
    return epoch;
  }

  /** The guest changed something: nothing that was cached for it counts any more. */
  void moveOn() {
    epoch++;
  }

  boolean tryBegin(int limit) {
    if (underWay >= limit) {
      return false;
    }
    underWay++;
    return true;
  }

  void ended() {
    underWay--;
  }

  /** True where somebody asks for the same already; who joins will be told with that one. */
  boolean tryJoin(UpstreamCache.Key key, Forwarder.Joined guest) {
    List<Forwarder.Joined> waiting = joined.get(key);
    if (waiting == null) {
      return false;
    }
    waiting.add(guest);
    return true;
  }

  void lead(UpstreamCache.Key key) {
    joined.put(key, new ArrayList<>());
  }

  List<Forwarder.Joined> endLead(UpstreamCache.Key key) {
    List<Forwarder.Joined> waiting = joined.remove(key);
    return waiting == null ? List.of() : waiting;
  }

  int cached() {
    return cached.get();
  }

  void cachedMore() {
    cached.incrementAndGet();
  }

  void cachedLess() {
    cached.decrementAndGet();
  }
}
