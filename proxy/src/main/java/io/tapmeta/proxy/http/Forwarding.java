package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.proxy.upstream.GuestSink;
import io.tapmeta.proxy.upstream.Underway;
import io.tapmeta.proxy.upstream.UpstreamFailure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One guest's request while the backend has it: brings the answer back, whole or in parts, unless
 * the guest's connection has gone on without it.
 */
final class Forwarding implements GuestSink {
  private static final ByteBuf CRLF = constant("\r\n");
  private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

  private final GuestConnection connection;
  private final boolean http10;
  private @Nullable Underway underway;
  private boolean begun;
  private boolean chunked;

  Forwarding(GuestConnection connection, boolean http10) {
    this.connection = connection;
    this.http10 = http10;
  }

  void underway(Underway known) {
    underway = known;
  }

  /** The guest takes more again. */
  void resume() {
    if (underway != null) {
      underway.resume();
    }
  }

  /** The guest has gone. */
  void cancel() {
    if (underway != null) {
      underway.cancel();
    }
  }

  @Override
  public boolean takesChunks() {
    return !http10;
  }

  @Override
  public void answer(EncodedAnswer answer) {
    connection.late().whenStill(this, () -> connection.pass(answer));
  }

  @Override
  public void begin(EncodedAnswer head, long length) {
    begun = true;
    chunked = length < 0 && takesChunks();
    connection.late().begin(this, head, length >= 0 || chunked);
  }

  @Override
  public boolean part(ByteBuf bytes) {
    if (!chunked) {
      return connection.late().part(this, bytes);
    }
    String size = Integer.toHexString(bytes.readableBytes()) + "\r\n";
    return connection
        .late()
        .part(
            this,
            Unpooled.wrappedBuffer(
                Unpooled.copiedBuffer(size, StandardCharsets.US_ASCII), bytes, CRLF.duplicate()));
  }

  @Override
  public void end() {
    if (chunked) {
      connection.late().part(this, LAST_CHUNK.duplicate());
    }
    connection.late().end(this);
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (begun) {
      connection.late().abort(this);
    } else {
      connection.late().whenStill(this, () -> connection.refuse(refusal(failure)));
    }
  }

  private static Refusal refusal(UpstreamFailure failure) {
    return switch (failure) {
      case UNREACHABLE -> Refusal.UPSTREAM_UNREACHABLE;
      case DEADLINE -> Refusal.UPSTREAM_DEADLINE;
      case MALFORMED -> Refusal.UPSTREAM_MALFORMED;
      case BUSY -> Refusal.UPSTREAM_BUSY;
    };
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }
}
