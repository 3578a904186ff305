package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.http.GuestConnection.State;
import org.jspecify.annotations.Nullable;

/**
 * An answer that somebody else has to give, while its connection waits: whole, or in parts. Whoever
 * is no longer waited for is not listened to, since the connection may be at another request by
 * then.
 */
final class LateAnswer {
  private final GuestConnection connection;
  private @Nullable Object awaited;

  LateAnswer(GuestConnection connection) {
    this.connection = connection;
  }

  /**
   * Leaves the request to somebody who answers later.
   *
   * @param whom any object that is this request's alone
   */
  void waitFor(Object whom) {
    awaited = whom;
    connection.enter(State.WAITING);
  }

  /** Nobody is waited for any more. */
  void over() {
    awaited = null;
  }

  /** Runs {@code answer} on the loop, unless {@code whom} is no longer waited for. */
  void whenStill(Object whom, Runnable answer) {
    connection
        .loop()
        .executor()
        .execute(
            () -> {
              if (isFor(whom, State.WAITING)) {
                connection.resume();
                answer.run();
                connection.proceed();
              }
            });
  }

  /**
   * Begins an answer that comes in parts.
   *
   * @param delimited false where only the connection's end will show the answer's
   */
  void begin(Forwarding from, EncodedAnswer head, boolean delimited) {
    if (isFor(from, State.WAITING)) {
      connection.beginStream(head, delimited);
    }
  }

  /** Writes a part of it; false where the guest has to read first. */
  boolean part(Forwarding from, ByteBuf bytes) {
    if (isFor(from, State.STREAMING)) {
      return connection.stream(bytes);
    }
    bytes.release();
    return true;
  }

  /** Ends it. */
  void end(Forwarding from) {
    if (isFor(from, State.STREAMING)) {
      connection.endStream();
    }
  }

  /** Breaks it off with a reset, so that the guest sees it is not whole. */
  void abort(Forwarding from) {
    if (isFor(from, State.STREAMING)) {
      connection.reset();
    }
  }

  /** The guest takes more again. */
  void roomAgain() {
    if (awaited instanceof Forwarding forwarding) {
      forwarding.resume();
    }
  }

  /** The guest has gone. */
  void cancel() {
    if (awaited instanceof Forwarding forwarding) {
      forwarding.cancel();
    }
  }

  private boolean isFor(Object whom, State state) {
    return connection.state() == state && awaited == whom;
  }
}
