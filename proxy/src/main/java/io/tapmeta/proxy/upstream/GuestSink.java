package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.tapmeta.proxy.document.EncodedAnswer;

/** Takes an answer for a guest, on the guest's loop. */
public interface GuestSink {
  /** True where it understands chunks; else a body of unknown length ends with the connection. */
  boolean takesChunks();

  /** All of it. */
  void answer(EncodedAnswer answer);

  /**
   * The head of one that is too large to collect; its parts follow.
   *
   * @param length bytes of the body; negative where that is not known
   */
  void begin(EncodedAnswer head, long length);

  /** A part, which the sink owns; false where it wants no more until it says so. */
  boolean part(ByteBuf bytes);

  /** The end of an answer that was begun. */
  void end();

  /** No answer, or, after {@link #begin}, not all of it. */
  void failed(UpstreamFailure failure);
}
