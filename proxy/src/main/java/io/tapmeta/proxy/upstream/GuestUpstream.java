package io.tapmeta.proxy.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one guest has to do with the backend: its line, its share of the cache, and what it is asking
 * for at this moment, so that it asks for one thing only once. Belongs to the guest's loop.
 */
public final class GuestUpstream {
  private final Map<UpstreamCache.Key, List<Joined>> joined = new HashMap<>();
  private final GuestLine line = new GuestLine();
  private final CacheShare share = new CacheShare();
  private int epoch;

  GuestUpstream() {}

  GuestLine line() {
    return line;
  }

  CacheShare share() {
    return share;
  }

  int epoch() {
    return epoch;
  }

  /** The guest changed something: nothing that was cached for it counts any more. */
  void moveOn() {
    epoch++;
  }

  /** True where nothing would be lost with it. */
  boolean isIdle() {
    return line.isEmpty() && joined.isEmpty() && share.isEmpty();
  }

  /** True where somebody asks for the same already; who joins will be told with that one. */
  boolean tryJoin(UpstreamCache.Key key, Joined guest) {
    List<Joined> waiting = joined.get(key);
    if (waiting == null) {
      return false;
    }
    waiting.add(guest);
    return true;
  }

  void lead(UpstreamCache.Key key) {
    joined.put(key, new ArrayList<>());
  }

  /** True where somebody who joined is still there. */
  boolean isFollowed(UpstreamCache.Key key) {
    return joined.getOrDefault(key, List.of()).stream().anyMatch(other -> !other.isGone());
  }

  List<Joined> endLead(UpstreamCache.Key key) {
    List<Joined> waiting = joined.remove(key);
    return waiting == null ? List.of() : waiting;
  }
}
