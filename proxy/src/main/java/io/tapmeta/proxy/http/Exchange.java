package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.Route;
import org.jspecify.annotations.Nullable;

/**
 * The request under way on a connection: what is still needed of its head once the bytes are gone.
 * One object a connection, filled anew by each request.
 */
final class Exchange {
  Route route = Route.NONE;
  Method method = Method.GET;
  boolean http10;
  boolean keepAlive;
  String ifNoneMatch = "";
  @Nullable RequestBody body;

  /** When its head was complete, by {@link System#nanoTime}. */
  long started;

  /** Rises with each request, so that an answer which comes late can tell that it is too late. */
  int number;

  /** Begins another request of which nothing is known yet. */
  void begin(long now) {
    route = Route.NONE;
    method = Method.GET;
    http10 = false;
    keepAlive = false;
    ifNoneMatch = "";
    body = null;
    started = now;
    number++;
  }

  boolean isHead() {
    return method == Method.HEAD;
  }

  /** What the body brought, as far as it was kept. */
  byte[] keptBody() {
    return body == null ? new byte[0] : body.kept();
  }
}
