package io.tapmeta.proxy.upstream;

import io.netty.channel.EventLoop;
import io.tapmeta.proxy.config.UpstreamSettings;

/** What the guests of one loop need to have their requests sent: its connections, and the node's. */
final class UpstreamClient {
  private final Upstream upstream;
  private final EventLoop loop;
  private final Connector connector;
  private final ConnectionPool pool;

  UpstreamClient(Upstream upstream, EventLoop loop) {
    this.upstream = upstream;
    this.loop = loop;
    this.connector = new Connector(loop, upstream.settings(), upstream::tls);
    this.pool = new ConnectionPool(connector);
  }

  /** Closes idle connections. On the loop. */
  void close() {
    pool.close();
  }

  EventLoop loop() {
    return loop;
  }

  Connector connector() {
    return connector;
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

  NodePlaces places() {
    return upstream.places();
  }

  RetryBudget retryBudget() {
    return upstream.retryBudget();
  }

  Secrets secrets() {
    return upstream.secrets();
  }

  UpstreamCache cache() {
    return upstream.cache();
  }

  UpstreamMetrics metrics() {
    return upstream.metrics();
  }
}
