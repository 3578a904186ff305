package io.tapmeta.proxy.upstream;

/** Somebody who waits for another's request, and may have to ask for himself after all. */
final class Joined implements Underway {
  private final GuestSink sink;
  private final long deadline;
  private Underway own = Underway.OVER;
  private boolean gone;

  /**
   * @param deadline by {@link System#nanoTime}, from when he joined
   */
  Joined(GuestSink sink, long deadline) {
    this.sink = sink;
    this.deadline = deadline;
  }

  GuestSink sink() {
    return sink;
  }

  long deadline() {
    return deadline;
  }

  boolean isGone() {
    return gone;
  }

  /** He asks for himself now. */
  void asks(Underway request) {
    own = request;
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
