package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tapmeta.proxy.document.Document;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.RandomSeed;
import io.tapmeta.proxy.wire.ReusedBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes responses of encoded answers: a copy, with its slots filled, in one buffer for one write.
 * Belongs to one loop.
 */
final class AnswerWriter {
  /** What the answer says about the connection. */
  enum Connection {
    /** Nothing: HTTP/1.1 goes on by itself. */
    IMPLIED(""),
    /** To an HTTP/1.0 guest that asked for it. */
    KEEP_ALIVE("Connection: keep-alive\r\n"),
    CLOSE("Connection: close\r\n");

    private final byte[] line;

    Connection(String line) {
      this.line = line.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** As much as nearly every document has. */
  private static final int REUSED_BYTES = 8 * 1024;

  private final ReusedBuffer reused = new ReusedBuffer(REUSED_BYTES);
  private final HttpDate date = new HttpDate();
  private final RandomSeed seed = new RandomSeed();

  /**
   * A response, in a direct buffer that the caller owns.
   *
   * @param headOnly for HEAD: everything but the body
   */
  ByteBuf response(
      ByteBufAllocator allocator, EncodedAnswer answer, boolean headOnly, Connection connection) {
    byte[] bytes = answer.bytes();
    int end = headOnly ? answer.bodyStart() : bytes.length;
    ByteBuf out = reused.take(allocator, end + connection.line.length);
    out.writeBytes(bytes, 0, answer.headEnd());
    out.setBytes(answer.dateOffset(), date.now());
    out.writeBytes(connection.line);
    int shift = connection.line.length;
    out.writeBytes(bytes, answer.headEnd(), end - answer.headEnd());
    if (!headOnly && answer.seedOffset() != Document.NO_SEED) {
      out.setBytes(answer.seedOffset() + shift, seed.next(), 0, RandomSeed.TEXT_BYTES);
    }
    return out;
  }

  /** Gives its memory back. */
  void close() {
    reused.close();
  }
}
