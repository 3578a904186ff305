package io.tapmeta.proxy.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Connections to endpoints, open and idle, of one loop. */
final class ConnectionPool {
  /** More than this many idle ones an endpoint are closed. */
  private static final int MAX_IDLE = 64;

  private final Connector connector;
  private final Map<Endpoint, Deque<UpstreamConnection>> idle = new HashMap<>();

  ConnectionPool(Connector connector) {
    this.connector = connector;
  }

  /** An idle connection that is still open, and leads where a new one would. */
  Optional<UpstreamConnection> takeIdle(Endpoint endpoint) {
    Deque<UpstreamConnection> connections = idle.get(endpoint);
    while (connections != null && !connections.isEmpty()) {
      UpstreamConnection connection = connections.removeLast();
      if (connection.isReusable() && isCurrent(connection)) {
        return Optional.of(connection);
      }
      connection.close();
    }
    return Optional.empty();
  }

  /** Keeps a connection for the next request. */
  void release(UpstreamConnection connection) {
    Deque<UpstreamConnection> connections =
        idle.computeIfAbsent(connection.endpoint(), _ -> new ArrayDeque<>());
    if (connections.size() >= MAX_IDLE || !connection.isOpen() || !isCurrent(connection)) {
      connection.close();
    } else {
      connections.addLast(connection);
    }
  }

  void close() {
    idle.values().forEach(connections -> connections.forEach(UpstreamConnection::close));
    idle.clear();
  }

  private boolean isCurrent(UpstreamConnection connection) {
    return connection.way().equals(connector.way(connection.endpoint()));
  }
}
