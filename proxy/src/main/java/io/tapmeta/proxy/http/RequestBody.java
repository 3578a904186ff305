package io.tapmeta.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A request's body as it comes in: counted or in chunks, kept up to a limit or only skipped.
 *
 * <p>Chunks are read strictly: a size of up to eight hexadecimal digits, CRLF, no extensions, no
 * trailers. Nobody who sends a password needs more, and every leniency here was once a smuggling
 * hole somewhere.
 */
final class RequestBody {
  /** How far the body has come. */
  enum Progress {
    MORE,
    DONE,
    MALFORMED,
    TOO_LARGE
  }

  private enum Chunk {
    SIZE,
    DATA,
    DATA_END,
    LAST_END
  }

  private static final int SIZE_DIGITS = 8;
  private static final int LINE_MAX = SIZE_DIGITS + 2;

  private final boolean chunked;
  private final long limit;
  private final int keep;
  private byte[] kept = new byte[0];
  private int keptLength;
  private long length;
  private long left;
  private Chunk expected = Chunk.SIZE;

  /**
   * A body of known length, or one in chunks.
   *
   * @param contentLength bytes; ignored where {@code chunked}
   * @param keep how many bytes are kept; the others are counted only
   * @param limit bytes of a chunked body
   */
  RequestBody(boolean chunked, long contentLength, int keep, long limit) {
    this.chunked = chunked;
    this.limit = limit;
    this.keep = keep;
    this.left = chunked ? 0 : contentLength;
  }

  /** Takes what belongs to the body out of {@code in}. */
  Progress read(ByteBuf in) {
    if (!chunked) {
      take(in);
      return left == 0 ? Progress.DONE : Progress.MORE;
    }
    while (in.isReadable()) {
      int before = in.readableBytes();
      Progress progress =
          switch (expected) {
            case SIZE -> size(in);
            case DATA -> data(in);
            case DATA_END -> lineEnd(in, Chunk.SIZE);
            case LAST_END -> lineEnd(in, Chunk.LAST_END);
          };
      if (progress != Progress.MORE) {
        return progress;
      }
      if (in.readableBytes() == before) {
        break;
      }
    }
    return Progress.MORE;
  }

  /** Bytes of the whole body so far. */
  long length() {
    return length;
  }

  /** What was kept of it. */
  byte[] kept() {
    return Arrays.copyOf(kept, keptLength);
  }

  private Progress size(ByteBuf in) {
    int lineFeed = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    if (lineFeed < 0) {
      return in.readableBytes() > LINE_MAX ? Progress.MALFORMED : Progress.MORE;
    }
    int digits = lineFeed - 1 - in.readerIndex();
    if (digits < 1 || digits > SIZE_DIGITS || in.getByte(lineFeed - 1) != '\r') {
      return Progress.MALFORMED;
    }
    long size = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(in.readByte(), 16);
      if (digit < 0) {
        return Progress.MALFORMED;
      }
      size = size << 4 | digit;
    }
    in.skipBytes(2);
    if (length + size > limit) {
      return Progress.TOO_LARGE;
    }
    left = size;
    expected = size == 0 ? Chunk.LAST_END : Chunk.DATA;
    return Progress.MORE;
  }

  private Progress data(ByteBuf in) {
    take(in);
    if (left == 0) {
      expected = Chunk.DATA_END;
    }
    return Progress.MORE;
  }

  private Progress lineEnd(ByteBuf in, Chunk next) {
    if (in.readableBytes() < 2) {
      return in.getByte(in.readerIndex()) == '\r' ? Progress.MORE : Progress.MALFORMED;
    }
    if (in.readByte() != '\r' || in.readByte() != '\n') {
      return Progress.MALFORMED;
    }
    boolean last = expected == Chunk.LAST_END;
    expected = next;
    return last ? Progress.DONE : Progress.MORE;
  }

  private void take(ByteBuf in) {
    int taken = (int) Math.min(left, in.readableBytes());
    int wanted = Math.min(taken, keep - keptLength);
    if (keptLength + wanted > kept.length) {
      kept = Arrays.copyOf(kept, Math.min(keep, Math.max(2 * kept.length, keptLength + wanted)));
    }
    in.readBytes(kept, keptLength, wanted).skipBytes(taken - wanted);
    keptLength += wanted;
    length += taken;
    left -= taken;
  }
}
