package io.tapmeta.proxy.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What one event loop keeps for the guests it serves: the buffers and objects that every request
 * uses again, and the list of its connections. Touched by that loop's thread alone.
 */
public final class GuestLoop {
  /** How late a deadline may strike. */
  private static final long SWEEP_MILLIS = 250;

  private final EventLoop executor;
  private final GuestService service;
  private final Answerer answerer;
  private final AnswerWriter writer = new AnswerWriter();
  private final Auditor auditor;
  private final Set<GuestConnection> connections = new LinkedHashSet<>();
  private final Set<GuestConnection> held = new LinkedHashSet<>();
  private final ScheduledFuture<?> sweep;
  private GuestSettings settings;
  private RequestReader reader;
  private boolean draining;

  public GuestLoop(EventLoop executor, GuestService service, GuestSettings settings) {
    this.executor = executor;
    this.service = service;
    this.answerer =
        new Answerer(service, service.upstream().map(known -> known.newForwarder(executor)));
    this.auditor = new Auditor(service.audit());
    this.settings = settings;
    this.reader = new RequestReader(settings, service.routes());
    this.sweep =
        executor.scheduleWithFixedDelay(
            this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  public EventLoop executor() {
    return executor;
  }

  /** Who keeps the audit log of this loop's guests. On the loop. */
  public Auditor auditor() {
    return auditor;
  }

  /** Puts other settings in force for the next request. On the loop. */
  public void apply(GuestSettings next) {
    settings = next;
    reader = new RequestReader(next, service.routes());
  }

  /** Looks again for the records that requests wait for. On the loop. */
  public void recheckHeld() {
    // Being answered takes a connection out of the set.
    List.copyOf(held).forEach(GuestConnection::recheck);
  }

  /** Closes every connection that came in by {@code plug}. On the loop. */
  public void unplug(Plug plug) {
    // Not a look at all of the node's: other guests wait for this loop meanwhile.
    List.copyOf(plug.connections()).forEach(GuestConnection::close);
  }

  /** Has every connection closed after its next answer. On the loop. */
  public void announceEnd() {
    draining = true;
  }

  /** Lets what is under way end, and nothing new begin. On the loop. */
  public void drain() {
    draining = true;
    for (GuestConnection connection : snapshot()) {
      connection.drain();
    }
  }

  /** Ends what is still under way. On the loop. */
  public void stop() {
    sweep.cancel(false);
    // These have waited for a record until now; they are told to ask again rather than nothing.
    List.copyOf(held).forEach(GuestConnection::expire);
    answerer.close();
    for (GuestConnection connection : snapshot()) {
      connection.close();
    }
    writer.close();
  }

  /** Connections open now. On the loop. */
  public int connectionCount() {
    return connections.size();
  }

  boolean isDraining() {
    return draining;
  }

  /** True where no connection more is to be had, whoever's. */
  boolean isFull() {
    return connections.size() >= settings.connections();
  }

  /** True where what is left is for guests with few connections. */
  boolean isScarce() {
    return connections.size() >= settings.connections() / 4 * 3;
  }

  GuestService service() {
    return service;
  }

  GuestSettings settings() {
    return settings;
  }

  Answerer answerer() {
    return answerer;
  }

  AnswerWriter writer() {
    return writer;
  }

  RequestReader reader() {
    return reader;
  }

  void add(GuestConnection connection) {
    connections.add(connection);
    connection.plug().connections().add(connection);
  }

  /** It waits for its record from now on, or no longer. */
  void setHeld(GuestConnection connection, boolean waits) {
    if (waits) {
      held.add(connection);
    } else {
      held.remove(connection);
    }
  }

  void remove(GuestConnection connection) {
    connections.remove(connection);
    connection.plug().connections().remove(connection);
  }

  private void sweep() {
    long now = System.nanoTime();
    List<GuestConnection> overdue = new ArrayList<>();
    for (GuestConnection connection : connections) {
      if (connection.isOverdue(now)) {
        overdue.add(connection);
      }
    }
    overdue.forEach(GuestConnection::expire);
    auditor.sweep(now);
  }

  /** Closing a connection changes the set. */
  private List<GuestConnection> snapshot() {
    return List.copyOf(connections);
  }
}
