package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;

/** Takes one call's answer as it comes in, on the loop of the guest that asked. */
interface UpstreamSink {
  /** All of it, small enough to have been collected. */
  void complete(UpstreamAnswer answer, byte[] body);

  /** The head of one that is too large to collect; its parts follow. */
  void begin(UpstreamAnswer answer);

  /** A part, which the sink owns; false where it wants no more until it says so. */
  boolean part(ByteBuf bytes);

  /** The end of an answer that was begun. */
  void end();

  /** No answer, or, after {@link #begin}, not all of it. */
  void failed(UpstreamFailure failure);
}
