package io.tapmeta.proxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changed inputs: bytes and pieces taken out, put in, doubled and crossed over. */
final class Mutations {
  private static final byte[] INTERESTING = {
    0, 1, '\t', '\n', '\r', ' ', '"', '%', '*', ',', '.', '/', ':', '?', '\\', '{', '}', 0x7f, -128,
    -1
  };
  private static final int LONGEST = 8192;

  private final List<byte[]> seeds;
  private final Random random;

  Mutations(List<byte[]> seeds, long seed) {
    this.seeds = seeds;
    this.random = new Random(seed);
  }

  byte[] next() {
    byte[] input = any();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      input = changed(input);
    }
    return input.length <= LONGEST ? input : Arrays.copyOf(input, LONGEST);
  }

  private byte[] changed(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int end = Math.min(input.length, at + 1 + random.nextInt(16));
    byte[] piece = Arrays.copyOfRange(input, at, Math.max(at, end));
    return switch (random.nextInt(6)) {
      case 0 -> join(input, at, new byte[] {one()}, end == at ? at : at + 1);
      case 1 -> join(input, at, new byte[] {one()}, at);
      case 2 -> join(input, at, new byte[0], end);
      case 3 -> join(input, random.nextInt(input.length + 1), piece, -1);
      case 4 -> join(input, at, tail(any()), input.length);
      default -> join(input, at, piece, at);
    };
  }

  private byte one() {
    return random.nextBoolean()
        ? INTERESTING[random.nextInt(INTERESTING.length)]
        : (byte) random.nextInt(256);
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] tail(byte[] of) {
    return Arrays.copyOfRange(of, random.nextInt(of.length + 1), of.length);
  }

  /** What is before {@code at}, the piece, and what is from {@code on} (or {@code at}) on. */
  private static byte[] join(byte[] input, int at, byte[] piece, int on) {
    int rest = on < 0 ? at : on;
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(input, 0, at);
    joined.writeBytes(piece);
    joined.write(input, rest, input.length - rest);
    return joined.toByteArray();
  }
}
