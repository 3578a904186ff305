package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the endpoints until one answers or the deadline strikes.
 *
 * <p>Whatever did not reach an endpoint goes to the next. What may have reached one is asked again
 * only if it is safe, once, and while the node's retry budget lasts. What an endpoint did not believe
 * is signed with the next secret: it looks at the signature before it does anything.
 */
final class UpstreamCall implements UpstreamConnection.Reader {
  private static final int FORBIDDEN = 403;

  private final UpstreamClient client;
  private final UpstreamRequest request;
  private final UpstreamSink sink;
  private final AnswerIntake intake;
  private final Set<Endpoint> tried = new HashSet<>();
  private final ScheduledFuture<?> deadline;
  private @Nullable UpstreamConnection connection;
  private UpstreamFailure failure = UpstreamFailure.UNREACHABLE;
  private int refusedSecrets;
  private boolean retried;
  private boolean done;

  /**
   * @param deadline by {@link System#nanoTime}; in force from now on, though the call may have to
   *     wait before it starts
   */
  UpstreamCall(UpstreamClient client, UpstreamRequest request, UpstreamSink sink, long deadline) {
    this.client = client;
    this.request = request;
    this.sink = sink;
    this.intake =
        new AnswerIntake(sink, client.settings().buffer(), request.method().equals("HEAD"));
    this.deadline =
        client.loop().schedule(this::tooLate, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Asks the first endpoint. */
  void start() {
    client.retryBudget().earn();
    attempt();
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
    intake.head(head);
  }

  @Override
  public boolean content(ByteBuf bytes) {
    return intake.part(bytes);
  }

  @Override
  public void end(boolean reusable) {
    UpstreamConnection used = Objects.requireNonNull(connection);
    used.endpoint().succeeded();
    if (!intake.isWhole()) {
      malformed();
      return;
    }
    connection = null;
    if (reusable) {
      client.pool().release(used);
    } else {
      used.close();
    }
    if (intake.status() != FORBIDDEN) {
      client.secrets().accepted(used.endpoint(), refusedSecrets);
    } else if (client.secrets().hasMore(++refusedSecrets) && !intake.isStreaming()) {
      intake.clear();
      ask(used.endpoint());
      return;
    } else {
      client.secrets().allRefused();
    }
    finish(intake::deliver);
  }

  @Override
  public void lost(boolean begun) {
    UpstreamConnection broken = Objects.requireNonNull(connection);
    connection = null;
    if (intake.isStreaming() || !request.isSafe()) {
      broken.endpoint().failed(System.nanoTime());
      finish(() -> sink.failed(UpstreamFailure.MALFORMED));
    } else if (broken.isUsed() && !begun) {
      // Closed while it idled: that is no fault of the endpoint, and not this request's only try.
      connect(broken.endpoint());
    } else {
      broken.endpoint().failed(System.nanoTime());
      failure = UpstreamFailure.MALFORMED;
      retry(broken.endpoint());
    }
  }

  @Override
  public void malformed() {
    if (connection != null) {
      connection.endpoint().failed(System.nanoTime());
    }
    finish(() -> sink.failed(UpstreamFailure.MALFORMED));
  }

  private void attempt() {
    Optional<Endpoint> next = client.endpoints().next(tried);
    if (next.isEmpty()) {
      finish(() -> sink.failed(failure));
      return;
    }
    refusedSecrets = 0;
    ask(next.get());
  }

  private void ask(Endpoint endpoint) {
    // One that has idled may be dead by now, which is harmless only for what can be asked twice.
    Optional<UpstreamConnection> idle =
        request.isSafe() ? client.pool().takeIdle(endpoint) : Optional.empty();
    if (idle.isPresent()) {
      send(idle.get());
    } else {
      connect(endpoint);
    }
  }

  private void connect(Endpoint endpoint) {
    client
        .connector()
        .connect(
            endpoint,
            connected -> {
              if (done) {
                connected.close();
              } else {
                send(connected);
              }
            },
            why -> {
              endpoint.refused(System.nanoTime(), why);
              failure = UpstreamFailure.UNREACHABLE;
              tried.add(endpoint);
              if (!done) {
                attempt();
              }
            });
  }

  private void send(UpstreamConnection next) {
    connection = next;
    SharedSecret signing = client.secrets().next(next.endpoint(), refusedSecrets);
    next.send(request.message(next.endpoint(), signing), this);
  }

  /** Once more: at another endpoint, or at the same one where there is no other. */
  private void retry(Endpoint broken) {
    intake.clear();
    tried.add(broken);
    if (retried || !client.retryBudget().tryTake()) {
      giveUp(broken);
      return;
    }
    retried = true;
    refusedSecrets = 0;
    Endpoint next = client.endpoints().next(tried).orElse(broken);
    connect(next);
  }

  /** Says that it broke off, or that it is not there, where it takes no connection any more. */
  private void giveUp(Endpoint broken) {
    client
        .connector()
        .connect(
            broken,
            connected -> {
              connected.close();
              finish(() -> sink.failed(failure));
            },
            why -> {
              broken.refused(System.nanoTime(), why);
              finish(() -> sink.failed(UpstreamFailure.UNREACHABLE));
            });
  }

  private void tooLate() {
    if (connection != null && !intake.hasBegun()) {
      connection.endpoint().failed(System.nanoTime());
    }
    finish(() -> sink.failed(UpstreamFailure.DEADLINE));
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
    verdict.run();
    intake.clear();
  }
}
