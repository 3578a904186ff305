package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes one answer in: collected up to a limit, and streamed to the sink from there on. */
final class AnswerIntake {
  private static final int MIN_ROOM = 1024;

  private final UpstreamSink sink;
  private final int limit;
  private final boolean toHead;
  private @Nullable UpstreamAnswer head;
  private ByteBuf collected = Unpooled.EMPTY_BUFFER;
  private long received;
  private boolean streaming;

  /**
   * @param limit bytes that are collected
   * @param toHead true where no body comes, whatever the head says
   */
  AnswerIntake(UpstreamSink sink, int limit, boolean toHead) {
    this.sink = sink;
    this.limit = limit;
    this.toHead = toHead;
  }

  void head(UpstreamAnswer answer) {
    head = answer;
    if (hasBody(answer) && answer.length() > limit) {
      stream();
    }
  }

  /** False where the sink wants no more until it says so. */
  boolean part(ByteBuf bytes) {
    received += bytes.readableBytes();
    if (!streaming && received <= limit) {
      collect(bytes);
      return true;
    }
    if (!streaming) {
      stream();
    }
    return sink.part(bytes);
  }

  boolean hasBegun() {
    return head != null;
  }

  /** True where the sink has had some of it. */
  boolean isStreaming() {
    return streaming;
  }

  int status() {
    return Objects.requireNonNull(head).status();
  }

  /** True where as much came as was said. */
  boolean isWhole() {
    UpstreamAnswer answer = Objects.requireNonNull(head);
    return !hasBody(answer)
        || answer.length() == UpstreamAnswer.UNKNOWN_LENGTH
        || answer.length() == received;
  }

  /** Tells the sink that this was all. */
  void deliver() {
    if (streaming) {
      sink.end();
    } else {
      UpstreamAnswer answer = Objects.requireNonNull(head);
      byte[] body = new byte[collected.readableBytes()];
      collected.readBytes(body);
      clear();
      sink.complete(answer, body);
    }
  }

  /** Drops what was collected; another answer may be taken in. */
  void clear() {
    collected.release();
    collected = Unpooled.EMPTY_BUFFER;
    received = 0;
    head = null;
  }

  private boolean hasBody(UpstreamAnswer answer) {
    return !toHead && !answer.isBodiless();
  }

  private void stream() {
    streaming = true;
    sink.begin(Objects.requireNonNull(head));
    if (collected.isReadable()) {
      sink.part(collected);
      collected = Unpooled.EMPTY_BUFFER;
    }
  }

  private void collect(ByteBuf bytes) {
    if (!collected.isReadable()) {
      collected.release();
      collected = bytes;
      return;
    }
    if (collected.writableBytes() < bytes.readableBytes()) {
      // Twice the room each time: a body that drips in is not copied at every drop.
      int room = Math.max(2 * collected.readableBytes(), MIN_ROOM) + bytes.readableBytes();
      ByteBuf grown = bytes.alloc().buffer(room).writeBytes(collected);
      collected.release();
      collected = grown;
    }
    collected.writeBytes(bytes);
    bytes.release();
  }
}
