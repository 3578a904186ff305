package io.tapmeta.proxy.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Ways to have the same bytes come in pieces; the same bytes are always split the same ways. */
public final class Splits {
  private static final int RANDOM_WAYS = 3;
  private static final int BYTE_BY_BYTE_MAX = 256;

  private Splits() {}

  /** The bytes in pieces, in several ways: each a list of pieces that are the bytes when joined. */
  public static List<List<byte[]>> of(byte[] input) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(input));
    List<List<byte[]>> ways = new ArrayList<>();
    for (int i = 0; i < RANDOM_WAYS; i++) {
      ways.add(split(input, random, Math.max(2, input.length / (i + 1))));
    }
    if (input.length <= BYTE_BY_BYTE_MAX) {
      ways.add(split(input, random, 1));
    }
    return ways;
  }

  /** Some lengths of a beginning of the bytes, all of them where there are few. */
  public static int[] prefixes(byte[] input) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(input));
    return input.length <= BYTE_BY_BYTE_MAX
        ? java.util.stream.IntStream.range(0, input.length).toArray()
        : random.ints(64, 0, input.length).sorted().toArray();
  }

  private static List<byte[]> split(byte[] input, SplittableRandom random, int largest) {
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < input.length; ) {
      int next = Math.min(input.length, at + 1 + random.nextInt(largest));
      pieces.add(Arrays.copyOfRange(input, at, next));
      at = next;
    }
    return pieces;
  }
}
