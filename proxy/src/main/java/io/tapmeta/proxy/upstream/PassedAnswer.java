package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.RandomSeed;
import java.nio.charset.StandardCharsets;

/**
 * The backend's answers as guests get them: status, type, encoding and bytes untouched, but for the
 * random seed, in whose place every guest gets a fresh one, so that no seed is ever given twice.
 */
final class PassedAnswer {
  private static final byte[] SEED_MEMBER =
      "\"random_seed\": \"".getBytes(StandardCharsets.US_ASCII);
  private static final String SEEDED = "/meta_data.json";
  private static final int NO_SEED = -1;

  private PassedAnswer() {}

  static EncodedAnswer encode(UpstreamRequest request, UpstreamAnswer head, byte[] body) {
    int seed = request.path().endsWith(SEEDED) ? seedOffset(body) : NO_SEED;
    boolean toHead = request.method().equals("HEAD");
    String length =
        head.isBodiless() || toHead && head.length() == UpstreamAnswer.UNKNOWN_LENGTH
            ? ""
            : "Content-Length: " + (toHead ? head.length() : body.length) + "\r\n";
    return EncodedAnswer.passed(head.status(), head.reason(), head.headers() + length, body, seed);
  }

  /** Of an answer whose body follows. */
  static EncodedAnswer head(UpstreamAnswer head, boolean chunks) {
    String framing =
        head.length() != UpstreamAnswer.UNKNOWN_LENGTH
            ? "Content-Length: " + head.length() + "\r\n"
            : chunks ? "Transfer-Encoding: chunked\r\n" : "";
    return EncodedAnswer.passed(
        head.status(), head.reason(), head.headers() + framing, new byte[0], NO_SEED);
  }

  /** False where it may hold a seed that cannot be taken out. */
  static boolean isRepeatable(UpstreamRequest request, UpstreamAnswer head, EncodedAnswer answer) {
    boolean mayBeSeeded = request.path().endsWith(SEEDED) && head.status() == 200;
    boolean readable = !head.headers().contains("Content-Encoding");
    return !mayBeSeeded || readable && (answer.seedOffset() != NO_SEED || isOld(request));
  }

  /** The one version of meta_data.json that has no seed. */
  private static boolean isOld(UpstreamRequest request) {
    return request.path().contains("/2012-08-10/");
  }

  private static int seedOffset(byte[] body) {
    for (int at = 0; at + SEED_MEMBER.length + RandomSeed.TEXT_BYTES < body.length; at++) {
      if (startsWith(body, at)) {
        int start = at + SEED_MEMBER.length;
        return body[start + RandomSeed.TEXT_BYTES] == '"' ? start : NO_SEED;
      }
    }
    return NO_SEED;
  }

  private static boolean startsWith(byte[] body, int at) {
    for (int i = 0; i < SEED_MEMBER.length; i++) {
      if (body[at + i] != SEED_MEMBER[i]) {
        return false;
      }
    }
    return true;
  }
}
