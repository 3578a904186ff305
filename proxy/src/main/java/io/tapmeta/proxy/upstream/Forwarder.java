package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.tapmeta.proxy.document.EncodedAnswer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has guests' requests answered by the backend: from what it said a moment ago, together with
 * somebody who asks for the same, or by asking. Belongs to one loop.
 */
public final class Forwarder {
  private static final int SERVER_ERROR = 500;

  private final UpstreamClient client;

  /** A request under way; what may still be said about it. */
  public interface Underway {
    /** The guest takes more of a streamed answer again. */
    void resume();

    /** The guest has gone. */
    void cancel();
  }

  private static final Underway REFUSED =
      new Underway() {
        @Override
        public void resume() {
          // Nothing is streamed.
        }

        @Override
        public void cancel() {
          // Nothing is under way.
        }
      };

  /** Somebody who waits for another's request, and may have to ask for himself after all. */
  static final class Joined implements Underway {
    private final GuestSink sink;
    private Underway own = REFUSED;
    private boolean gone;

    Joined(GuestSink sink) {
      this.sink = sink;
    }

    GuestSink sink() {
      return sink;
    }

    @Override
    public void resume() {
      own.resume();
    }

    @Override
    public void cancel() {
      gone = true;
      own.cancel();
    }
  }

  Forwarder(UpstreamClient client) {
    this.client = client;
  }

  /** Closes idle connections. On the loop. */
  public void close() {
    client.close();
  }

  /** What the backend said a moment ago; empty: it has to be asked. */
  public Optional<EncodedAnswer> cached(
      UpstreamRequest request, GuestUpstream guest, long revision) {
    if (!request.isCacheable()) {
      return Optional.empty();
    }
    Optional<EncodedAnswer> fresh =
        client
            .cache()
            .get(key(request, guest, revision))
            .filter(UpstreamCache.Entry::isFresh)
            .map(UpstreamCache.Entry::answer);
    fresh.ifPresent(_ -> client.metrics().cache("hit"));
    return fresh;
  }

  /** Asks, and tells {@code sink}, which may be before this returns only where it failed. */
  public Underway forward(
      UpstreamRequest request, GuestUpstream guest, long revision, GuestSink sink) {
    UpstreamCache.Key key = key(request, guest, revision);
    boolean shared = request.isCacheable() && request.method().equals("GET");
    Joined joined = new Joined(sink);
    if (shared && guest.tryJoin(key, joined)) {
      client.metrics().cache("joined");
      return joined;
    }
    return ask(request, guest, key, shared, sink);
  }

  private Underway ask(
      UpstreamRequest request,
      GuestUpstream guest,
      UpstreamCache.Key key,
      boolean shared,
      GuestSink sink) {
    if (!guest.tryBegin(client.settings().perGuest())) {
      return refuse(sink);
    }
    if (!client.tryBegin()) {
      guest.ended();
      return refuse(sink);
    }
    if (shared) {
      client.metrics().cache("miss");
      guest.lead(key);
    }
    Relay relay = new Relay(request, guest, key, shared, sink);
    relay.call = client.send(request, relay);
    return relay;
  }

  private Underway refuse(GuestSink sink) {
    client.metrics().failed(UpstreamFailure.BUSY, 0);
    sink.failed(UpstreamFailure.BUSY);
    return REFUSED;
  }

  private static UpstreamCache.Key key(
      UpstreamRequest request, GuestUpstream guest, long revision) {
    return new UpstreamCache.Key(guest, guest.epoch(), revision, request.target());
  }

  /** Passes a call's answer on to the guest that asked and to those who joined it. */
  private final class Relay implements UpstreamSink, Underway {
    private final UpstreamRequest request;
    private final GuestUpstream guest;
    private final UpstreamCache.Key key;
    private final GuestSink sink;
    private final long started = System.nanoTime();
    private @Nullable UpstreamCall call;
    private boolean shared;
    private boolean gone;
    private boolean ended;

    Relay(
        UpstreamRequest request,
        GuestUpstream guest,
        UpstreamCache.Key key,
        boolean shared,
        GuestSink sink) {
      this.request = request;
      this.guest = guest;
      this.key = key;
      this.shared = shared;
      this.sink = sink;
    }

    @Override
    public void resume() {
      if (call != null) {
        call.resume();
      }
    }

    /** What others may wait for goes on for their sake, and for the cache's. */
    @Override
    public void cancel() {
      gone = true;
      if (!shared) {
        end(List.of());
        stop();
      }
    }

    @Override
    public void complete(UpstreamAnswer head, byte[] body) {
      client.metrics().answered(head.status(), System.nanoTime() - started);
      EncodedAnswer fresh = PassedAnswer.encode(request, head, body);
      EncodedAnswer answer = head.status() >= SERVER_ERROR ? stale().orElse(fresh) : fresh;
      if (shared && answer == fresh && PassedAnswer.isRepeatable(request, head, fresh)) {
        client.cache().put(key, fresh);
      }
      if (!request.isSafe()) {
        guest.moveOn();
      }
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
      List<Joined> others = shared ? guest.endLead(key) : List.of();
      shared = false;
      askForEach(others);
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
      end(List.of(sink));
    }

    @Override
    public void failed(UpstreamFailure failure) {
      client.metrics().failed(failure, System.nanoTime() - started);
      if (!request.isSafe()) {
        guest.moveOn();
      }
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

    private void tell(GuestSink to, UpstreamFailure failure, Optional<EncodedAnswer> stale) {
      stale.ifPresentOrElse(to::answer, () -> to.failed(failure));
    }

    private void askForEach(List<Joined> others) {
      for (Joined other : others) {
        if (!other.gone) {
          other.own = ask(request, guest, key, false, other.sink());
        }
      }
    }

    private void stop() {
      if (!request.isSafe()) {
        guest.moveOn();
      }
      if (call != null) {
        call.cancel();
      }
    }

    private void end(List<GuestSink> told) {
      if (!ended) {
        var _ = release();
        told.forEach(GuestSink::end);
      }
    }

    /** Gives back the guest's place; those who joined. */
    private List<Joined> release() {
      if (ended) {
        return List.of();
      }
      ended = true;
      guest.ended();
      return shared ? guest.endLead(key) : List.of();
    }
  }
}
