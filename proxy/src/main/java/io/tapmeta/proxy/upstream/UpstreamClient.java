package io.tapmeta.proxy.upstream;

import io.netty.channel.EventLoop;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.util.List;

/** Sends requests to the backend, for the guests of one loop. */
final class UpstreamClient {
  private final Upstream upstream;
  private final EventLoop loop;
  private final ConnectionPool pool;

  UpstreamClient(Upstream upstream, EventLoop loop) {
    this.upstream = upstream;
    this.loop = loop;
    this.pool = new ConnectionPool(loop, upstream.settings(), upstream::tls);
  }

  /**
   * Sends a request; the sink is told what came of it, later and on this loop.
   *
   * @return what ends it early, when the guest has gone
   */
  UpstreamCall send(UpstreamRequest request, UpstreamSink sink) {
    upstream.retryBudget().earn();
    UpstreamCall call = new UpstreamCall(this, request, sink);
    call.attempt();
    return call;
  }

  /** True, and one more is under way, where the node may have another request under way. */
  boolean tryBegin() {
    return upstream.tryBegin();
  }

  void ended() {
    upstream.ended();
  }

  /** Closes idle connections. On the loop. */
  void close() {
    pool.close();
  }

  EventLoop loop() {
    return loop;
  }

  ConnectionPool pool() {
    return pool;
  }

  UpstreamSettings settings() {
    return upstream.settings();
  }

  Endpoints endpoints() {
    return upstream.endpoints();
  }

  RetryBudget retryBudget() {
    return upstream.retryBudget();
  }

  List<SharedSecret> secrets() {
    return upstream.secrets();
  }

  UpstreamCache cache() {
    return upstream.cache();
  }

  UpstreamMetrics metrics() {
    return upstream.metrics();
  }

  void forbidden() {
    upstream.forbidden();
  }
}
