package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the endpoints until one answers or the deadline strikes.
 *
 * <p>Whatever did not reach an endpoint goes to the next. What may have reached one is asked again
 * only if it is safe, once, and while the node's retry budget lasts. An answer is collected up to a
 * limit, and streamed from there on.
 */
final class UpstreamCall implements UpstreamConnection.Reader {
  private static final int FORBIDDEN = 403;
  private static final int MIN_ROOM = 1024;

  private final UpstreamClient client;
  private final UpstreamRequest request;
  private final UpstreamSink sink;
  private final Set<Endpoint> tried = new HashSet<>();
  private final ScheduledFuture<?> deadline;
  private @Nullable UpstreamConnection connection;
  private @Nullable UpstreamAnswer answer;
  private ByteBuf collected = Unpooled.EMPTY_BUFFER;
  private long received;
  private int secret;
  private UpstreamFailure failure = UpstreamFailure.UNREACHABLE;
  private boolean retried;
  private boolean streaming;
  private boolean done;

  UpstreamCall(UpstreamClient client, UpstreamRequest request, UpstreamSink sink) {
    this.client = client;
    this.request = request;
    this.sink = sink;
    this.deadline =
        client
            .loop()
            .schedule(
                () -> {
                  ejectSlow();
                  finish(() -> sink.failed(UpstreamFailure.DEADLINE));
                },
                client.settings().deadline().toNanos(),
                TimeUnit.NANOSECONDS);
  }

  /** Tries the next endpoint. */
  void attempt() {
    Optional<Endpoint> next = client.endpoints().next(tried);
    if (next.isEmpty()) {
      finish(() -> sink.failed(failure));
      return;
    }
    Endpoint endpoint = next.get();
    // One that has idled may be dead by now, which is harmless only for what can be asked twice.
    Optional<UpstreamConnection> idle =
        request.isSafe() ? client.pool().takeIdle(endpoint) : Optional.empty();
    if (idle.isPresent()) {
      send(idle.get());
    } else {
      connect(endpoint);
    }
  }

  /** The guest has gone: nobody waits for the answer any more. */
  void cancel() {
    finish(() -> {});
  }

  /** The guest takes more again. */
  void resume() {
    if (connection != null && !done) {
      connection.setReading(true);
    }
  }

  @Override
  public void head(UpstreamAnswer head) {
    answer = head;
    boolean bodied = !request.method().equals("HEAD") && !head.isBodiless();
    if (bodied && head.length() > client.settings().buffer()) {
      stream();
    }
  }

  @Override
  public boolean content(ByteBuf bytes) {
    received += bytes.readableBytes();
    if (!streaming && received <= client.settings().buffer()) {
      collect(bytes);
      return true;
    }
    if (!streaming) {
      stream();
    }
    return sink.part(bytes);
  }

  @Override
  public void end(boolean reusable) {
    UpstreamConnection used = Objects.requireNonNull(connection);
    UpstreamAnswer head = Objects.requireNonNull(answer);
    used.endpoint().succeeded();
    if (head.length() != UpstreamAnswer.UNKNOWN_LENGTH
        && head.length() != received
        && !request.method().equals("HEAD")
        && !head.isBodiless()) {
      malformed();
      return;
    }
    connection = null;
    if (reusable) {
      client.pool().release(used);
    } else {
      used.close();
    }
    if (head.status() == FORBIDDEN && tryNextSecret()) {
      return;
    }
    if (streaming) {
      finish(sink::end);
    } else {
      byte[] body = new byte[collected.readableBytes()];
      collected.readBytes(body);
      finish(() -> sink.complete(head, body));
    }
  }

  @Override
  public void lost(boolean begun) {
    UpstreamConnection broken = Objects.requireNonNull(connection);
    connection = null;
    if (begun || !request.isSafe()) {
      finish(() -> sink.failed(UpstreamFailure.MALFORMED));
    } else if (broken.isUsed()) {
      // Closed while it idled: that is no fault of the endpoint, and not this request's only try.
      connect(broken.endpoint());
    } else {
      tried.add(broken.endpoint());
      broken.endpoint().failed(System.nanoTime());
      failure = UpstreamFailure.MALFORMED;
      retry();
    }
  }

  @Override
  public void malformed() {
    if (connection != null) {
      connection.endpoint().failed(System.nanoTime());
    }
    finish(() -> sink.failed(UpstreamFailure.MALFORMED));
  }

  private void connect(Endpoint endpoint) {
    client
        .pool()
        .connect(
            endpoint,
            connected -> {
              if (done) {
                connected.close();
              } else {
                send(connected);
              }
            },
            () -> {
              endpoint.refused(System.nanoTime());
              tried.add(endpoint);
              if (!done) {
                attempt();
              }
            });
  }

  private void send(UpstreamConnection next) {
    connection = next;
    List<SharedSecret> secrets = client.secrets();
    SharedSecret signing = secrets.get(Math.min(secret, secrets.size() - 1));
    next.send(request.message(next.endpoint(), signing), this);
  }

  private boolean tryNextSecret() {
    client.forbidden();
    if (streaming || !request.isSafe() || ++secret >= client.secrets().size()) {
      return false;
    }
    collected.release();
    collected = Unpooled.EMPTY_BUFFER;
    received = 0;
    attempt();
    return true;
  }

  private void retry() {
    if (retried || !client.retryBudget().tryTake()) {
      finish(() -> sink.failed(failure));
    } else {
      retried = true;
      attempt();
    }
  }

  private void ejectSlow() {
    if (connection != null && answer == null) {
      connection.endpoint().failed(System.nanoTime());
    }
  }

  private void stream() {
    streaming = true;
    sink.begin(Objects.requireNonNull(answer));
    if (collected.isReadable()) {
      sink.part(collected);
      collected = Unpooled.EMPTY_BUFFER;
    }
  }

  private void collect(ByteBuf bytes) {
    if (!collected.isReadable()) {
      collected.release();
      collected = bytes;
      return;
    }
    if (collected.writableBytes() < bytes.readableBytes()) {
      // Twice the room each time: a body that drips in is not copied at every drop.
      int room = Math.max(2 * collected.readableBytes(), MIN_ROOM) + bytes.readableBytes();
      ByteBuf grown = bytes.alloc().buffer(room).writeBytes(collected);
      collected.release();
      collected = grown;
    }
    collected.writeBytes(bytes);
    bytes.release();
  }

  /** Tells the sink, once; a connection still in use is of no more use. */
  private void finish(Runnable verdict) {
    if (done) {
      return;
    }
    done = true;
    deadline.cancel(false);
    if (connection != null) {
      connection.close();
      connection = null;
    }
    collected.release();
    collected = Unpooled.EMPTY_BUFFER;
    client.ended();
    verdict.run();
  }
}
