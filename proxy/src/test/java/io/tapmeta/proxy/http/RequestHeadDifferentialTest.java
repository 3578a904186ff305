package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.tapmeta.proxy.config.Configuration;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Against Netty's own codec: whatever we accept, it accepts and reads the same way. */
class RequestHeadDifferentialTest {
  private static final int ROUNDS = 60_000;
  private static final long NANOS = 40_000_000_000L;

  private final RequestHead head = new RequestHead(Configuration.DEFAULTS.guest().limits());

  @Test
  void whateverIsAcceptedNettyReadsTheSameWay() {
    RequestHeads heads = new RequestHeads(113);
    long deadline = System.nanoTime() + NANOS;
    int accepted = 0;
    for (int i = 0; i < ROUNDS && System.nanoTime() < deadline; i++) {
      String text = heads.random().nextInt(4) == 0 ? heads.good() : heads.spoiled();
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      int taken = head.read(bytes, bytes.length);
      if (taken > 0) {
        accepted++;
        compare(bytes, taken);
      }
    }
    assertThat(accepted).isGreaterThan(10_000);
  }

  private void compare(byte[] bytes, int taken) {
    String text = new String(bytes, 0, taken, StandardCharsets.ISO_8859_1);
    EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(65_536, 65_536, 65_536));
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes, 0, taken));
      Object first = channel.readInbound();
      assertThat(first).as(text).isInstanceOf(HttpRequest.class);
      HttpRequest request = (HttpRequest) first;
      assertThat(request.decoderResult().isSuccess()).as(text).isTrue();
      Method method =
          Method.NAMED.stream()
              .filter(named -> named.name().equals(request.method().name()))
              .findFirst()
              .orElse(Method.OTHER);
      assertThat(head.method()).as(text).isEqualTo(method);
      assertThat(head.target()).as(text).isEqualTo(request.uri());
      assertThat(head.isHttp10())
          .as(text)
          .isEqualTo(request.protocolVersion().equals(HttpVersion.HTTP_1_0));
      assertThat(head.contentLength())
          .as(text)
          .isEqualTo(HttpUtil.getContentLength(request, RequestHead.NO_LENGTH));
      assertThat(head.isChunked()).as(text).isEqualTo(HttpUtil.isTransferEncodingChunked(request));
      assertThat(head.keepsAlive()).as(text).isEqualTo(HttpUtil.isKeepAlive(request));
      ReferenceCountUtil.release(first);
    } finally {
      channel.finishAndReleaseAll();
    }
  }
}
