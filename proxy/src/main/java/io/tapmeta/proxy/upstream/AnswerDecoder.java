package io.tapmeta.proxy.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Reads the answers to one request at a time, and shows whether bytes are left behind the last. */
final class AnswerDecoder extends HttpResponseDecoder {
  private static final int MAX_LINE = 4096;
  private static final int MAX_HEADERS = 32 * 1024;
  private static final int DELETE = 0x7f;

  private boolean toHead;

  AnswerDecoder() {
    super(new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS));
  }

  /** Before each request: an answer to HEAD has no body, whatever its headers say. */
  void expectAnswerToHead(boolean head) {
    toHead = head;
  }

  /** True where bytes came that belong to no answer that was complete. */
  boolean hasMore() {
    return actualReadableBytes() > 0;
  }

  /** The reason goes on to guests, and nobody else looks at its bytes. */
  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    String reason = initialLine[2];
    if (reason.chars().anyMatch(c -> c < ' ' && c != '\t' || c == DELETE)) {
      throw new IllegalArgumentException("a control character in the reason");
    }
    return super.createMessage(initialLine);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    boolean last = message instanceof HttpResponse response && response.status().code() >= 200;
    return last && toHead || super.isContentAlwaysEmpty(message);
  }
}
