package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Requester;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.instance.Policy.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest's connection: reads a request, has it answered, reads the next. Who the guest is was
 * fixed when the connection was accepted. What comes in is {@link Intake}'s, what goes out {@link
 * Outlet}'s, what is used of the VM's budget {@link Tab}'s; here is which of them is next.
 *
 * <pre>
 *           head complete        body complete            written
 *   HEAD ───────────────▶ BODY ────────────────▶ answerer ───────▶ HEAD
 *    ▲                                            │    ▲
 *    │ a second later        beyond a budget      │    │ record there, or hold over
 *   PAUSED ◀──────────────────────────────────────┤   HELD ◀── no record yet
 *                                                 ▼    │ that one's answer, whole
 *                           somebody else's     WAITING┤
 *                           answer                ▼    │ or in parts
 *                                             STREAMING┘
 *
 *   an answer that closes: FINISHING, until all of it is written; LINGER, until the guest has read it
 * </pre>
 */
public final class GuestConnection extends ChannelInboundHandlerAdapter
    implements Requester, RequestReader.Interest {
  private static final Logger log = LoggerFactory.getLogger(GuestConnection.class);

  /** A guest that was told of the end gets this long to read it before the connection goes. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  /** As long as {@code Retry-After} says. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Whoever is waited for has a deadline of his own. */
  private static final Duration FOREVER = Duration.ofDays(1);

  /** What is waited for. */
  enum State {
    HEAD,
    BODY,
    PAUSED,
    HELD,
    WAITING,
    STREAMING,
    FINISHING,
    LINGER,
    CLOSED
  }

  private final GuestLoop loop;
  private final Plug plug;
  private final Ingress ingress;
  private final Tab tab;
  private final Exchange exchange = new Exchange();
  private final Intake intake;
  private final LateAnswer late = new LateAnswer(this);
  private @Nullable Outlet outlet;
  private State state = State.HEAD;
  private long deadline;

  public GuestConnection(GuestLoop loop, Plug plug, Ingress ingress) {
    this.loop = loop;
    this.plug = plug;
    this.ingress = ingress;
    this.tab = new Tab(loop, plug, ingress);
    this.intake = new Intake(this, loop, exchange, tab);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    outlet = new Outlet(ctx, loop.writer(), plug.hops());
    long now = System.nanoTime();
    Excess excess = tab.open(now);
    if (excess == null) {
      loop.add(this);
      outlet.limitHops(tab.account().hops());
      deadline = now + limits().headTimeout().toNanos();
    } else {
      state = State.CLOSED;
      loop.service().metrics().overBudget(excess);
      plug.tally().turnedAway(excess.word(), now);
      loop.auditor().turnedAway(this, exchange, excess);
      outlet.reset();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (state == State.FINISHING || state == State.LINGER || state == State.CLOSED) {
      bytes.release();
    } else {
      intake.add(ctx, bytes);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!outlet().isOpen()) {
      return;
    }
    if (state == State.STREAMING) {
      waitFor(FOREVER);
      late.roomAgain();
    }
    proceed();
  }

  /** The guest has ended its half, and did not get all of its answers yet. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    switch (state) {
      case HEAD, STREAMING, FINISHING -> waitForReader();
      case BODY, PAUSED, HELD, WAITING, LINGER, CLOSED -> close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    State last = state;
    state = State.CLOSED;
    if (last == State.HELD) {
      release();
    } else if (last == State.WAITING || last == State.STREAMING) {
      late.cancel();
    }
    intake.clear();
    tab.close();
    loop.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("{}: a bug; the connection is closed", ingress, cause);
    }
    close();
  }

  @Override
  public String address() {
    return outlet().address();
  }

  @Override
  public boolean mayForward(Route route) {
    return loop.answerer().mayForward(this, route);
  }

  @Override
  public boolean mayNeedToken() {
    return tab.account().isStrangers() || tab.account().tokens() != Tokens.OFF;
  }

  GuestLoop loop() {
    return loop;
  }

  Plug plug() {
    return plug;
  }

  Ingress ingress() {
    return ingress;
  }

  Tab tab() {
    return tab;
  }

  Outlet outlet() {
    return Objects.requireNonNull(outlet, "not in a pipeline yet");
  }

  /** Where answers come from that others have to give. */
  LateAnswer late() {
    return late;
  }

  State state() {
    return state;
  }

  boolean isNewlyPlugged() {
    return plug.isYoungerThan(loop.settings().holdNanos(), exchange.started);
  }

  /**
   * Counts the request under way against the VM's budget, once; true where it was refused, after
   * which nothing is read for a while.
   */
  boolean isOverBudget() {
    if (exchange.charged) {
      return false;
    }
    exchange.charged = true;
    Excess excess = tab.ask(exchange.started);
    exchange.keepAlive &= tab.lasts();
    if (excess == null) {
      return false;
    }
    loop.service().metrics().overBudget(excess);
    refuse(Refusal.OVER_BUDGET);
    if (state == State.HEAD) {
      enter(State.PAUSED);
    }
    return true;
  }

  /** Answers the request under way. */
  void respond(EncodedAnswer answer) {
    long now = write(answer, exchange.keepAlive);
    loop.service().metrics().served(exchange.route.api(), answer.status(), now - exchange.started);
    plug.tally().served(answer.status(), now);
    loop.auditor().answered(this, exchange, false, answer.status());
  }

  /** Answers the request under way with what the backend said. */
  void pass(EncodedAnswer answer) {
    countForwarded(answer, write(answer, exchange.keepAlive));
  }

  /** Refuses the request under way. */
  void refuse(Refusal refusal) {
    exchange.last &= !refusal.closes();
    long now = write(Refusals.answer(refusal), exchange.keepAlive && !refusal.closes());
    loop.service().metrics().refused(exchange.route.api(), refusal, now - exchange.started);
    plug.tally().refused(refusal, now);
    loop.auditor().refused(this, exchange, refusal);
  }

  /** Keeps the request until its record comes, or refuses it where too many are kept. */
  void hold() {
    if (plug.tryHold(limits().held())) {
      loop.setHeld(this, true);
      enter(State.HELD);
    } else {
      refuse(Refusal.RECORD_NOT_READY);
    }
  }

  private void release() {
    loop.setHeld(this, false);
    plug.release();
  }

  void beginStream(EncodedAnswer head, boolean delimited) {
    exchange.keepAlive &= delimited;
    enter(State.STREAMING);
    outlet().answer(head, exchange, exchange.keepAlive);
    countForwarded(head, System.nanoTime());
  }

  boolean stream(ByteBuf bytes) {
    outlet().write(bytes);
    outlet().flush();
    boolean open = outlet().isOpen();
    if (!open) {
      waitForReader();
    }
    intake.hold();
    return open;
  }

  void endStream() {
    resume();
    goOn(exchange.keepAlive, System.nanoTime());
    proceed();
  }

  /** Answers a held request about which something can be said by now. */
  void recheck() {
    if (state == State.HELD && loop.answerer().isDecided(this)) {
      release();
      resume();
      loop.answerer().answer(this, exchange);
      proceed();
    }
  }

  /** Ends the connection after the request under way, or now where there is none. */
  void drain() {
    exchange.keepAlive = false;
    if ((state == State.HEAD || state == State.PAUSED) && intake.isEmpty()) {
      close();
    }
  }

  void close() {
    outlet().close();
  }

  void reset() {
    outlet().reset();
  }

  boolean isOverdue(long now) {
    return now - deadline >= 0;
  }

  /** The deadline of the present state has passed. */
  void expire() {
    switch (state) {
      case HELD -> {
        release();
        resume();
        refuse(Refusal.RECORD_NOT_READY);
        proceed();
      }
      case PAUSED -> {
        enter(State.HEAD);
        waitFor(limits().idleTimeout());
        proceed();
      }
      case BODY -> {
        refuse(Refusal.BODY_TIMEOUT);
        intake.settle();
      }
      case HEAD -> {
        if (intake.isOwed()) {
          exchange.begin(System.nanoTime());
          refuse(Refusal.HEAD_TIMEOUT);
          intake.settle();
        } else {
          closeUnlessMoved();
        }
      }
      case STREAMING, FINISHING -> closeUnlessMoved();
      case WAITING, LINGER, CLOSED -> close();
    }
  }

  /** A guest that takes its answers slowly is let be; one that takes nothing is not. */
  private void closeUnlessMoved() {
    if (outlet().moved()) {
      waitFor(limits().writeTimeout());
    } else {
      close();
    }
  }

  void resume() {
    late.over();
    state = State.HEAD;
  }

  void proceed() {
    intake.proceed();
  }

  /** Waits for something else, as long as there is time for it. */
  void enter(State next) {
    state = next;
    switch (next) {
      case BODY -> deadline = exchange.started + limits().bodyTimeout().toNanos();
      case HELD -> deadline = exchange.started + loop.settings().holdNanos();
      case PAUSED -> waitFor(PAUSE);
      case WAITING, STREAMING -> waitFor(FOREVER);
      case LINGER -> waitFor(LINGER);
      case HEAD, FINISHING, CLOSED -> {
        // Whoever enters these says how long.
      }
    }
  }

  void waitFor(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
  }

  /** Waits for the guest to take some of what is written. */
  void waitForReader() {
    outlet().mark();
    waitFor(limits().writeTimeout());
  }

  private Limits limits() {
    return loop.settings().limits();
  }

  /** Writes an answer, not flushed yet; the time it was written at. */
  private long write(EncodedAnswer answer, boolean stays) {
    outlet().answer(answer, exchange, stays);
    long now = System.nanoTime();
    goOn(stays, now);
    return now;
  }

  private void countForwarded(EncodedAnswer answer, long now) {
    loop.service()
        .metrics()
        .forwarded(exchange.route.api(), answer.status(), now - exchange.started);
    plug.tally().forwarded(answer.status(), now);
    loop.auditor().answered(this, exchange, true, answer.status());
  }

  /** Waits for the next request, or ends the connection. */
  private void goOn(boolean stays, long now) {
    if (stays) {
      state = State.HEAD;
      deadline = now + limits().idleTimeout().toNanos();
      return;
    }
    enter(State.FINISHING);
    boolean outright = exchange.last && intake.isEmpty();
    intake.clear();
    outlet()
        .finish(
            outright,
            () -> {
              if (state == State.FINISHING) {
                enter(State.LINGER);
              }
            });
    if (state == State.FINISHING) {
      waitForReader();
    }
  }
}
