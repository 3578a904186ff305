package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.document.EncodedAnswer;
import java.util.Optional;

/**
 * Has guests' requests answered by the backend: from what it said a moment ago, together with
 * somebody who asks for the same, or by asking. Belongs to one loop.
 */
public final class Forwarder {
  private final UpstreamClient client;

  Forwarder(UpstreamClient client) {
    this.client = client;
  }

  /** Closes idle connections. On the loop. */
  public void close() {
    client.close();
  }

  /** What the backend said a moment ago; empty: it has to be asked. */
  public Optional<EncodedAnswer> cached(
      UpstreamRequest request, GuestUpstream guest, long revision) {
    if (!request.isCacheable()) {
      return Optional.empty();
    }
    Optional<EncodedAnswer> fresh =
        client
            .cache()
            .get(key(request, guest, revision))
            .filter(UpstreamCache.Entry::isFresh)
            .map(UpstreamCache.Entry::answer);
    fresh.ifPresent(_ -> client.metrics().cache("hit"));
    return fresh;
  }

  /** Asks, and tells {@code sink}, which may be before this returns only where it failed. */
  public Underway forward(
      UpstreamRequest request, GuestUpstream guest, long revision, GuestSink sink) {
    UpstreamCache.Key key = key(request, guest, revision);
    long deadline = System.nanoTime() + client.settings().deadline().toNanos();
    boolean shared = request.isCacheable() && request.method().equals("GET");
    Joined joined = new Joined(sink, deadline);
    if (shared && guest.tryJoin(key, joined)) {
      client.metrics().cache("joined");
      return joined;
    }
    return new Relay(client, request, guest, key, sink, deadline).begin(shared);
  }

  private static UpstreamCache.Key key(
      UpstreamRequest request, GuestUpstream guest, long revision) {
    return new UpstreamCache.Key(
        guest, guest.epoch(), revision, request.target(), request.accept(), request.guestAddress());
  }
}
