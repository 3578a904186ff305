package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.tapmeta.proxy.document.EncodedAnswer;
import java.util.List;
import java.util.Optional;

/**
 * One request of a guest from its place in the line to its end: passes the call's answer on to the
 * guest that asked, to those who joined, and to the cache.
 */
final class Relay implements UpstreamSink, Underway, GuestLine.Turn {
  private static final int SERVER_ERROR = 500;

  private final UpstreamClient client;
  private final UpstreamRequest request;
  private final GuestUpstream guest;
  private final UpstreamCache.Key key;
  private final GuestSink sink;
  private final UpstreamCall call;
  private long started = System.nanoTime();
  private boolean shared;
  private boolean sent;
  private boolean gone;
  private boolean ended;

  Relay(
      UpstreamClient client,
      UpstreamRequest request,
      GuestUpstream guest,
      UpstreamCache.Key key,
      GuestSink sink,
      long deadline) {
    this.client = client;
    this.request = request;
    this.guest = guest;
    this.key = key;
    this.sink = sink;
    this.call = new UpstreamCall(client, request, this, deadline);
  }

  /**
   * Lines up, and goes when it is its turn.
   *
   * @param forOthers true where others may join, and the answer be kept
   */
  Underway begin(boolean forOthers) {
    shared = forOthers;
    if (shared) {
      guest.lead(key);
    }
    if (guest.line().enter(this, client)) {
      if (forOthers) {
        client.metrics().cache("miss");
      }
      return this;
    }
    call.cancel();
    Optional<EncodedAnswer> stale = stale();
    endLead();
    client.metrics().failed(UpstreamFailure.BUSY, 0);
    tell(sink, UpstreamFailure.BUSY, stale);
    return Underway.OVER;
  }

  @Override
  public void go() {
    sent = true;
    started = System.nanoTime();
    call.start();
  }

  @Override
  public void resume() {
    call.resume();
  }

  /** What others wait for goes on for their sake, and what was asked for the cache's. */
  @Override
  public void cancel() {
    gone = true;
    if (!shared || !sent && !guest.isFollowed(key)) {
      release();
      if (sent) {
        movedOn();
      }
      call.cancel();
    }
  }

  @Override
  public void complete(UpstreamAnswer head, byte[] body) {
    client.metrics().answered(head.status(), System.nanoTime() - started);
    EncodedAnswer fresh = PassedAnswer.encode(request, head, body);
    EncodedAnswer answer = head.status() >= SERVER_ERROR ? stale().orElse(fresh) : fresh;
    boolean repeatable = PassedAnswer.isRepeatable(request, head, fresh);
    if (shared && answer == fresh && repeatable && PassedAnswer.mayBeKept(head)) {
      client.cache().put(key, fresh);
    }
    movedOn();
    List<Joined> others = release();
    sink.answer(answer);
    if (PassedAnswer.isRepeatable(request, head, answer)) {
      others.forEach(other -> other.sink().answer(answer));
    } else {
      askForEach(others);
    }
  }

  @Override
  public void begin(UpstreamAnswer head) {
    // Too large to share: whoever joined asks again, each for himself.
    askForEach(endLead());
    if (gone) {
      cancel();
      return;
    }
    sink.begin(PassedAnswer.head(head, sink.takesChunks()), head.length());
    client.metrics().answered(head.status(), System.nanoTime() - started);
  }

  @Override
  public boolean part(ByteBuf bytes) {
    return sink.part(bytes);
  }

  @Override
  public void end() {
    if (!ended) {
      movedOn();
      release();
      sink.end();
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    client.metrics().failed(failure, System.nanoTime() - started);
    movedOn();
    Optional<EncodedAnswer> stale = stale();
    List<Joined> others = release();
    tell(sink, failure, stale);
    others.forEach(other -> tell(other.sink(), failure, stale));
  }

  private Optional<EncodedAnswer> stale() {
    if (!shared) {
      return Optional.empty();
    }
    Optional<EncodedAnswer> stale = client.cache().get(key).map(UpstreamCache.Entry::answer);
    stale.ifPresent(_ -> client.metrics().cache("stale"));
    return stale;
  }

  private static void tell(GuestSink to, UpstreamFailure failure, Optional<EncodedAnswer> stale) {
    stale.ifPresentOrElse(to::answer, () -> to.failed(failure));
  }

  private void askForEach(List<Joined> others) {
    for (Joined other : others) {
      if (!other.isGone()) {
        Relay own = new Relay(client, request, guest, key, other.sink(), other.deadline());
        other.asks(own.begin(false));
      }
    }
  }

  /** Whatever became of it: what was known before a request that is not safe may be wrong. */
  private void movedOn() {
    if (!request.isSafe()) {
      guest.moveOn();
      client.cache().forget(guest);
    }
  }

  /** Gives back the guest's place; those who joined. */
  private List<Joined> release() {
    if (ended) {
      return List.of();
    }
    ended = true;
    guest.line().leave(this, client);
    return endLead();
  }

  private List<Joined> endLead() {
    boolean led = shared;
    shared = false;
    return led ? guest.endLead(key) : List.of();
  }
}
