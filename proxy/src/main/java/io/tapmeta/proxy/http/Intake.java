package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.http.GuestConnection.State;
import java.util.Objects;

/**
 * Takes requests out of what a guest sends, as far as the bytes at hand, the room to write and the
 * connection's turn on the loop allow; what is not read yet never grows without limit.
 */
final class Intake {
  /** Requests that are answered before the loop's other connections have their turn. */
  private static final int TURN = 16;

  private final GuestConnection connection;
  private final GuestLoop loop;
  private final Exchange exchange;
  private final Tab tab;
  private final Inbox inbox = new Inbox();
  private boolean headBegun = true;
  private boolean stuck;
  private boolean yielded;

  Intake(GuestConnection connection, GuestLoop loop, Exchange exchange, Tab tab) {
    this.connection = connection;
    this.loop = loop;
    this.exchange = exchange;
    this.tab = tab;
  }

  void add(ChannelHandlerContext context, ByteBuf bytes) {
    inbox.add(context.alloc(), bytes);
    proceed();
  }

  /** True where nothing of another request is there. */
  boolean isEmpty() {
    return !inbox.isReadable();
  }

  /** True where a head has begun whose end the guest owes. */
  boolean isOwed() {
    return inbox.isReadable() && !stuck && !yielded;
  }

  void clear() {
    inbox.clear();
  }

  /** Goes on as far as it can. */
  void proceed() {
    int heads = 0;
    boolean more = !yielded;
    while (more && inbox.isReadable() && connection.outlet().isOpen()) {
      if (connection.state() == State.HEAD && heads++ == TURN) {
        giveWay();
        break;
      }
      more =
          switch (connection.state()) {
            case HEAD -> readHead();
            case BODY -> readBody();
            default -> false;
          };
    }
    settle();
  }

  /** Has the others of the loop have their turn first. */
  private void giveWay() {
    yielded = true;
    connection
        .outlet()
        .context()
        .executor()
        .execute(
            () -> {
              yielded = false;
              if (connection.state() != State.CLOSED) {
                proceed();
              }
            });
  }

  /** Sends what is written, and sees to it that nothing grows that has no limit. */
  void settle() {
    Outlet out = connection.outlet();
    inbox.settle(out.context().alloc());
    out.flush();
    State state = connection.state();
    if (state == State.CLOSED) {
      return;
    }
    boolean open = out.isOpen();
    if (state == State.HEAD) {
      if (!open && !stuck) {
        connection.waitForReader();
      } else if (open && stuck) {
        // All that was taken was taken in time; what is waited for now is a request again.
        out.mark();
        connection.waitFor(inbox.isReadable() ? limits().headTimeout() : limits().idleTimeout());
      } else if (open && out.waiting() > 0) {
        out.mark();
      }
    }
    stuck = !open;
    out.read(isReading(state));
    hold();
    if (inbox.isReadable() && tab.isOverfull()) {
      loop.service().metrics().overBudget(Excess.BUFFERED);
      connection.plug().tally().turnedAway(Excess.BUFFERED.word(), System.nanoTime());
      connection.reset();
    }
  }

  /** Puts on the account what waits here and on the way out. */
  void hold() {
    tab.hold(inbox.capacity() + connection.outlet().waiting());
  }

  /** A guest that sends on while nothing of it is read fills no more than one head's room. */
  private boolean isReading(State state) {
    return switch (state) {
      case PAUSED -> false;
      case FINISHING, LINGER, CLOSED -> true;
      case HELD, WAITING, STREAMING -> inbox.size() <= limits().head();
      case HEAD, BODY -> !yielded && !stuck || inbox.size() <= limits().head();
    };
  }

  /** Reads a request's head where all of it is there; false where there is nothing to go on with. */
  private boolean readHead() {
    if (!inbox.isWorthReading(limits().head())) {
      return false;
    }
    RequestReader reader = loop.reader();
    RequestReader.Step step = reader.read(inbox.bytes(), exchange, connection);
    if (step == RequestReader.Step.INCOMPLETE) {
      inbox.tried();
      if (!headBegun) {
        headBegun = true;
        connection.waitFor(limits().headTimeout());
      }
      return false;
    }
    inbox.begun();
    headBegun = false;
    exchange.keepAlive &= !loop.isDraining();
    switch (step) {
      case COMPLETE -> loop.answerer().answer(connection, exchange);
      case REFUSED -> connection.refuse(reader.refusal());
      default -> {
        connection.enter(State.BODY);
        if (step == RequestReader.Step.BODY_ON_LEAVE) {
          connection.outlet().goAhead();
        }
      }
    }
    return true;
  }

  private boolean readBody() {
    RequestBody body = Objects.requireNonNull(exchange.body);
    switch (body.read(inbox.bytes())) {
      case MORE -> {
        return false;
      }
      case DONE -> {
        connection.enter(State.HEAD);
        loop.answerer().answer(connection, exchange);
      }
      case MALFORMED -> connection.refuse(Refusal.MALFORMED);
      case TOO_LARGE -> connection.refuse(Refusal.BODY_TOO_LARGE);
    }
    return true;
  }

  private Limits limits() {
    return loop.settings().limits();
  }
}
