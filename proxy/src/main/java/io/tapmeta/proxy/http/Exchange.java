package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.Gate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request under way on a connection: what is still needed of its head once the bytes are gone.
 * One object a connection, filled anew by each request.
 */
final class Exchange {
  /** The guest's headers that a backend is told of; who asks is never among them. */
  private static final List<String> FORWARDED = List.of("accept", "content-type", "user-agent");

  Route route = Route.NONE;
  Method method = Method.GET;
  String methodName = "GET";
  boolean http10;
  boolean keepAlive;

  /** The guest wants no other answer on this connection, and sends nothing more on it. */
  boolean last;

  String ifNoneMatch = "";
  String query = "";
  Map<String, String> forwardedHeaders = Map.of();
  ShownToken shownToken = ShownToken.NONE;

  /** What became of that; null where nobody looked. */
  Gate.@Nullable Token token;

  @Nullable RequestBody body;

  /** True once it was counted against the VM's budget. */
  boolean charged;

  /** When its head was complete, by {@link System#nanoTime}. */
  long started;

  /** Begins another request of which nothing is known yet. */
  void begin(long now) {
    route = Route.NONE;
    method = Method.GET;
    methodName = "GET";
    http10 = false;
    keepAlive = false;
    last = false;
    ifNoneMatch = "";
    query = "";
    forwardedHeaders = Map.of();
    shownToken = ShownToken.NONE;
    token = null;
    body = null;
    charged = false;
    started = now;
  }

  /** Takes from the head what a backend has to be told. */
  void keepForBackend(RequestHead head) {
    methodName = head.methodName();
    query = head.query();
    forwardedHeaders = new HashMap<>();
    for (String name : FORWARDED) {
      String value = head.header(name);
      if (!value.isEmpty()) {
        forwardedHeaders.put(name, value);
      }
    }
  }

  boolean isHead() {
    return method == Method.HEAD;
  }

  /** What the body brought, as far as it was kept. */
  byte[] keptBody() {
    return body == null ? new byte[0] : body.kept();
  }
}
