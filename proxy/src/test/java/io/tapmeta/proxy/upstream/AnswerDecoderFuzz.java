package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.tapmeta.proxy.fuzz.Splits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A backend's answers: the same heads and bodies however the bytes come in, and nothing thrown. */
public final class AnswerDecoderFuzz {
  private AnswerDecoderFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    boolean toHead = input.length > 0 && (input[0] & 0x80) != 0;
    List<String> whole = read(List.of(input), toHead, input);
    for (List<byte[]> pieces : Splits.of(input)) {
      List<String> split = read(pieces, toHead, input);
      hold(split.equals(whole), "the same in pieces: " + whole + ", " + split, input);
    }
  }

  /** A word for each head, body and end, up to the first thing that is malformed. */
  private static List<String> read(List<byte[]> pieces, boolean toHead, byte[] input) {
    AnswerDecoder decoder = new AnswerDecoder();
    decoder.expectAnswerToHead(toHead);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    List<String> words = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    try {
      for (byte[] piece : pieces) {
        channel.writeInbound(Unpooled.wrappedBuffer(piece));
      }
      boolean good = true;
      for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
        // After a 101 come plain bytes, which the connection is not there any more to read.
        good &= next instanceof HttpObject part && part.decoderResult().isSuccess();
        if (good) {
          note((HttpObject) next, words, body, input);
        }
        ReferenceCountUtil.release(next);
      }
      words.add(good ? "good" : "malformed");
      words.add(body.toString());
      return words;
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static void note(HttpObject part, List<String> words, StringBuilder body, byte[] input) {
    if (part instanceof HttpResponse head) {
      words.add(head.status().code() + " " + head.headers().entries());
      for (Map.Entry<String, String> header : head.headers()) {
        boolean clean =
            (header.getKey() + header.getValue()).chars().noneMatch(c -> "\r\n\0".indexOf(c) >= 0);
        hold(clean, "no CR, LF or NUL in a header that is good", input);
      }
    }
    if (part instanceof HttpContent content) {
      body.append(content.content().toString(StandardCharsets.ISO_8859_1));
    }
    if (part instanceof LastHttpContent) {
      words.add("end after " + body.length());
    }
  }
}
