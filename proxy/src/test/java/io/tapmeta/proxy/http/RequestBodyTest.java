package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tapmeta.proxy.http.RequestBody.Progress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {
  private static final int LIMIT = 64 * 1024;

  @Test
  void aCountedBodyEndsWithItsLength() {
    RequestBody body = new RequestBody(false, 5, 100, LIMIT);
    ByteBuf in = bytes("abc");
    assertThat(body.read(in)).isEqualTo(Progress.MORE);
    assertThat(in.isReadable()).isFalse();
    in = bytes("defgh");
    assertThat(body.read(in)).isEqualTo(Progress.DONE);
    assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("fgh");
    assertThat(new String(body.kept(), StandardCharsets.US_ASCII)).isEqualTo("abcde");
    assertThat(body.length()).isEqualTo(5);
  }

  @Test
  void noMoreIsKeptThanIsWanted() {
    RequestBody body = new RequestBody(false, 1000, 3, LIMIT);
    assertThat(body.read(bytes("abcdefghij".repeat(100)))).isEqualTo(Progress.DONE);
    assertThat(new String(body.kept(), StandardCharsets.US_ASCII)).isEqualTo("abc");
    assertThat(body.length()).isEqualTo(1000);
    RequestBody skipped = new RequestBody(false, 1000, 0, LIMIT);
    assertThat(skipped.read(bytes("x".repeat(1000)))).isEqualTo(Progress.DONE);
    assertThat(skipped.kept()).isEmpty();
  }

  @Test
  void nobodyCanChangeWhatWasKept() {
    RequestBody body = new RequestBody(false, 3, 10, LIMIT);
    body.read(bytes("abc"));
    body.kept()[0] = 0;
    assertThat(body.kept()).containsExactly('a', 'b', 'c');
  }

  @Test
  void anyChunksGiveTheirBytesHoweverTheyAreSplit() {
    Random random = new Random(131);
    for (int i = 0; i < 3000; i++) {
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      for (int chunks = random.nextInt(5); chunks > 0; chunks--) {
        byte[] data = new byte[1 + random.nextInt(300)];
        random.nextBytes(data);
        expected.writeBytes(data);
        String size = Integer.toHexString(data.length);
        size =
            "0".repeat(random.nextInt(3))
                + (random.nextBoolean() ? size : size.toUpperCase(java.util.Locale.ROOT));
        wire.writeBytes((size + "\r\n").getBytes(StandardCharsets.US_ASCII));
        wire.writeBytes(data);
        wire.writeBytes(new byte[] {'\r', '\n'});
      }
      wire.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] all = wire.toByteArray();
      byte[] follows = {'G', 'E', 'T'};
      RequestBody body = new RequestBody(true, -1, LIMIT, LIMIT);
      ByteBuf in = Unpooled.buffer();
      Progress progress = Progress.MORE;
      for (int from = 0; from < all.length; ) {
        assertThat(progress).isEqualTo(Progress.MORE);
        int to = Math.min(all.length, from + 1 + random.nextInt(40));
        in.writeBytes(all, from, to - from);
        if (to == all.length) {
          in.writeBytes(follows);
        }
        progress = body.read(in);
        in.discardReadBytes();
        from = to;
      }
      assertThat(progress).isEqualTo(Progress.DONE);
      assertThat(body.kept()).isEqualTo(expected.toByteArray());
      assertThat(body.length()).isEqualTo(expected.size());
      assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("GET");
      in.release();
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          3;a=b\\r\\nabc\\r\\n0\\r\\n\\r\\n     | MALFORMED
          3;\\r\\nabc\\r\\n0\\r\\n\\r\\n        | MALFORMED
          0x3\\r\\nabc\\r\\n0\\r\\n\\r\\n       | MALFORMED
          -1\\r\\n                              | MALFORMED
          \\r\\n                                | MALFORMED
          \\n                                   | MALFORMED
          3\\n                                  | MALFORMED
          3\\r\\r\\n                            | MALFORMED
          g\\r\\n                               | MALFORMED
          3\\r\\nabcd                           | MALFORMED
          3\\r\\nabc\\n                         | MALFORMED
          3\\r\\nabc\\rx                        | MALFORMED
          0\\r\\nX: y\\r\\n                     | MALFORMED
          0\\r\\n\\rx                           | MALFORMED
          000000000\\r\\n                       | MALFORMED
          12345678901                           | MALFORMED
          10001\\r\\n                           | TOO_LARGE
          ffffffff\\r\\n                        | TOO_LARGE
          10000\\r\\n                           | MORE
          3\\r\\nab                             | MORE
          3                                     | MORE
          3\\r                                  | MORE
          0\\r\\n                               | MORE
          0\\r\\n\\r                            | MORE
          00000000\\r\\n\\r\\n                  | DONE
          """)
  void chunksAreReadStrictly(String wire, Progress expected) {
    String text = wire.replace("\\r", "\r").replace("\\n", "\n");
    assertThat(new RequestBody(true, -1, 100, LIMIT).read(bytes(text))).isEqualTo(expected);
    if (expected == Progress.MALFORMED) {
      // Byte by byte it is noticed too, and no later than at the end.
      RequestBody slow = new RequestBody(true, -1, 100, LIMIT);
      ByteBuf in = Unpooled.buffer();
      Progress progress = Progress.MORE;
      for (int i = 0; i < text.length() && progress == Progress.MORE; i++) {
        in.writeByte(text.charAt(i));
        progress = slow.read(in);
      }
      assertThat(progress).isEqualTo(Progress.MALFORMED);
      in.release();
    }
  }

  @Test
  void chunksThatAddUpBeyondTheLimitAreTooLarge() {
    RequestBody body = new RequestBody(true, -1, 0, 10);
    assertThat(body.read(bytes("8\r\n12345678\r\n2\r\n12\r\n"))).isEqualTo(Progress.MORE);
    assertThat(body.read(bytes("1\r\n"))).isEqualTo(Progress.TOO_LARGE);
  }

  @Test
  void randomBytesNeverBreakTheReader() {
    Random random = new Random(137);
    byte[] alphabet = "0123456789abcdefF\r\n\r\n\r\n;x ".getBytes(StandardCharsets.US_ASCII);
    Set<Progress> seen = EnumSet.noneOf(Progress.class);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = alphabet[random.nextInt(alphabet.length)];
      }
      RequestBody body = new RequestBody(true, -1, 8, 16);
      seen.add(body.read(Unpooled.wrappedBuffer(bytes)));
      assertThat(body.length()).isLessThanOrEqualTo(16);
      assertThat(body.kept().length).isLessThanOrEqualTo(8);
    }
    assertThat(seen).containsExactlyInAnyOrder(Progress.values());
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
