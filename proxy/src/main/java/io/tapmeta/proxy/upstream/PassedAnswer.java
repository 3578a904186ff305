package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.RandomSeed;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The backend's answers as guests get them: status, type, encoding and bytes untouched, but for the
 * random seed, in whose place every guest gets a fresh one, so that no seed is ever given twice.
 */
final class PassedAnswer {
  private static final byte[] SEED_MEMBER =
      "\"random_seed\": \"".getBytes(StandardCharsets.US_ASCII);
  private static final String SEEDED = "/meta_data.json";
  private static final int NO_SEED = -1;
  private static final String VARY = "Vary: ";
  private static final String CACHE_CONTROL = "Cache-Control: ";

  /** Headers that go on to the backend, but are not part of what a kept answer is found by. */
  private static final Set<String> VARYING = Set.of("*", "user-agent", "content-type");

  /** {@code private} is not among them: what is kept is kept for one guest. */
  private static final Set<String> NOT_TO_BE_KEPT = Set.of("no-store", "no-cache");

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

  /**
   * False where it may hold a seed that cannot be taken out, or where the same request of another
   * program may have another answer.
   */
  static boolean isRepeatable(UpstreamRequest request, UpstreamAnswer head, EncodedAnswer answer) {
    boolean mayBeSeeded = request.path().endsWith(SEEDED) && head.status() == 200;
    boolean readable = !head.headers().contains("Content-Encoding");
    if (varies(head)) {
      return false;
    }
    return !mayBeSeeded || readable && (answer.seedOffset() != NO_SEED || isOld(request));
  }

  /**
   * False where the backend does not want it given again. Who asks at the same moment may have it all
   * the same: proxies say so of their errors, and a storm must not become one of the backend's.
   */
  static boolean mayBeKept(UpstreamAnswer head) {
    return words(head, CACHE_CONTROL).noneMatch(NOT_TO_BE_KEPT::contains);
  }

  /** True where it depends on more than is told apart when answers are kept. */
  private static boolean varies(UpstreamAnswer head) {
    return words(head, VARY).anyMatch(VARYING::contains);
  }

  /** What a header lists, in lower case. */
  private static Stream<String> words(UpstreamAnswer head, String header) {
    return head.headers()
        .lines()
        .filter(line -> line.startsWith(header))
        .flatMap(line -> Stream.of(line.substring(header.length()).split(",", -1)))
        .map(word -> word.strip().toLowerCase(Locale.ROOT));
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
