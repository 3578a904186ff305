package io.tapmeta.proxy.upstream;

/** A guest's request on its way to the backend and back; what may still be said about it. */
public interface Underway {
  /** One that has been refused already. */
  Underway OVER =
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

  /** The guest takes more of a streamed answer again. */
  void resume();

  /** The guest has gone. */
  void cancel();
}
