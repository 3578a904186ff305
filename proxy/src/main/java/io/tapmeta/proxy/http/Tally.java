package io.tapmeta.proxy.http;

import io.tapmeta.proxy.gate.Refusal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of the requests of one attachment's guests, since its listener was opened. Written by
 * the attachment's loop alone and read by anybody: each number is whole, but they may be of two
 * requests that followed each other.
 */
// Fields are read through their handles.
@SuppressWarnings("UnusedVariable")
public final class Tally {
  /** The status where the connection was not taken in, so that nothing was said. */
  public static final int UNSAID = 0;

  private static final int NOT_MODIFIED_STATUS = 304;
  private static final Outcome SERVED = new Outcome("served", 200);
  private static final Outcome NOT_MODIFIED = new Outcome("not_modified", NOT_MODIFIED_STATUS);
  private static final Map<Refusal, Outcome> REFUSED = new EnumMap<>(Refusal.class);
  private static final VarHandle ANSWERED_COUNT = field("answered", long.class);
  private static final VarHandle REFUSED_COUNT = field("refused", long.class);
  private static final VarHandle LAST_NANOS = field("lastNanos", long.class);
  private static final VarHandle LAST = field("last", Outcome.class);

  static {
    for (Refusal refusal : Refusal.values()) {
      REFUSED.put(refusal, new Outcome(refusal.word(), refusal.status()));
    }
  }

  private long answered;
  private long refused;
  private long lastNanos;
  private @Nullable Outcome last;

  /**
   * An end that a request can have.
   *
   * @param word as metrics and the audit log have it
   * @param status of the answer, or {@link #UNSAID}
   */
  public record Outcome(String word, int status) {}

  /**
   * The latest request.
   *
   * @param nanos when, by {@link System#nanoTime}
   */
  public record Last(Outcome outcome, long nanos) {}

  /** A document was given out, or the guest has it already. */
  void served(int status, long now) {
    add(ANSWERED_COUNT, status == NOT_MODIFIED_STATUS ? NOT_MODIFIED : SERVED, now);
  }

  /** The backend has answered. */
  void forwarded(int status, long now) {
    add(ANSWERED_COUNT, sameOr("forwarded", status), now);
  }

  void refused(Refusal refusal, long now) {
    add(REFUSED_COUNT, Objects.requireNonNull(REFUSED.get(refusal)), now);
  }

  /** A connection was not taken in, whatever it would have asked. */
  public void turnedAway(String word, long now) {
    add(REFUSED_COUNT, sameOr(word, UNSAID), now);
  }

  /** Requests that were answered, by a document or by the backend. */
  public long answered() {
    return (long) ANSWERED_COUNT.getOpaque(this);
  }

  /** Requests that were refused or could not be answered, and connections that were not taken in. */
  public long refused() {
    return (long) REFUSED_COUNT.getOpaque(this);
  }

  /** Empty where none ever came. */
  public Optional<Last> last() {
    Outcome outcome = (Outcome) LAST.getAcquire(this);
    return outcome == null
        ? Optional.empty()
        : Optional.of(new Last(outcome, (long) LAST_NANOS.getOpaque(this)));
  }

  private void add(VarHandle count, Outcome outcome, long now) {
    count.setOpaque(this, (long) count.get(this) + 1);
    LAST_NANOS.setOpaque(this, now);
    // Whoever sees the first one sees its time too.
    LAST.setRelease(this, outcome);
  }

  /** The one at hand where nothing has changed: a backend's statuses are any, and mostly the same. */
  private Outcome sameOr(String word, int status) {
    Outcome before = last;
    return before != null && before.status == status && before.word.equals(word)
        ? before
        : new Outcome(word, status);
  }

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Tally.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
