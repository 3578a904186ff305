package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an endpoint: one request at a time, never a second before the first is answered in
 * full. Anything unexpected closes it, since whose answer comes next could no longer be told.
 */
final class UpstreamConnection extends SimpleChannelInboundHandler<HttpObject> {
  /** Follows the answer to the request under way. */
  interface Reader {
    void head(UpstreamAnswer answer);

    /** False where no more is to be read until {@link #setReading} says so. */
    boolean content(ByteBuf bytes);

    /**
     * All of it is there.
     *
     * @param reusable true where the connection can carry another request
     */
    void end(boolean reusable);

    /**
     * The connection is gone.
     *
     * @param begun true where some of the answer had come
     */
    void lost(boolean begun);

    /** It is not HTTP as we read it; the connection is gone. */
    void malformed();
  }

  private static final Logger log = LoggerFactory.getLogger(UpstreamConnection.class);
  private static final int LAST_STATUS = 599;

  /** Nobody means well who says "in a moment" more often than this. */
  private static final int MAX_INTERIM = 16;

  private final Endpoint endpoint;
  private final Connector.Way way;
  private final AnswerDecoder decoder;
  private @Nullable Reader reader;
  private @Nullable Channel channel;
  private boolean begun;
  private boolean skipping;
  private boolean surprised;
  private boolean keepAlive;
  private int interim;
  private long answeredRequests;

  UpstreamConnection(Endpoint endpoint, Connector.Way way, AnswerDecoder decoder) {
    this.endpoint = endpoint;
    this.way = way;
    this.decoder = decoder;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** By which way it was opened; another may be right by now. */
  Connector.Way way() {
    return way;
  }

  /** True where it has answered before: it may have been closed meanwhile without our fault. */
  boolean isUsed() {
    return answeredRequests > 0;
  }

  boolean isOpen() {
    return channel != null && channel.isActive();
  }

  /** True where it can carry another request: open, and nothing came that was not asked for. */
  boolean isReusable() {
    return isOpen() && !surprised && !decoder.hasMore();
  }

  /** Tells one of the two, once it is known whether there is a secure connection if one is due. */
  void whenSecure(Consumer<UpstreamConnection> connected, Consumer<String> refused) {
    SslHandler tls = open().pipeline().get(SslHandler.class);
    if (tls == null) {
      connected.accept(this);
      return;
    }
    tls.handshakeFuture()
        .addListener(
            outcome -> {
              if (outcome.isSuccess()) {
                connected.accept(this);
              } else {
                close();
                refused.accept(Connector.reason(outcome.cause()));
              }
            });
  }

  void send(FullHttpRequest request, Reader next) {
    reader = next;
    begun = false;
    interim = 0;
    decoder.expectAnswerToHead(request.method().equals(HttpMethod.HEAD));
    Channel open = open();
    var _ = open.writeAndFlush(request, open.voidPromise());
  }

  /** Reads on, or not. */
  void setReading(boolean on) {
    open().config().setAutoRead(on);
  }

  void close() {
    reader = null;
    if (channel != null) {
      var _ = channel.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    Reader current = reader;
    if (current == null || message.decoderResult().isFailure()) {
      surprise(current);
      return;
    }
    if (message instanceof HttpResponse response) {
      head(response, current);
    }
    if (message instanceof HttpContent content && reader != null) {
      content(content, current);
    }
  }

  /** Bytes that make no answer yet are one too many where none was asked for. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (reader == null && decoder.hasMore()) {
      close();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Reader current = reader;
    reader = null;
    if (current != null) {
      current.lost(begun);
    }
  }

  /**
   * Lost before the decoder hears of the end, which to it would be the end of a body that has no
   * length: a reset in the middle of one is none.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException || cause instanceof DecoderException)) {
      log.error("{}: a bug; the connection is closed", endpoint, cause);
    }
    Reader current = reader;
    close();
    if (current != null) {
      current.lost(begun);
    }
  }

  private void head(HttpResponse response, Reader current) {
    int status = response.status().code();
    if (isInterim(status) && !begun && ++interim <= MAX_INTERIM) {
      // We asked for none of them, its empty content follows. What comes after one that we do not
      // know is read, but nothing more is asked where such things are said.
      surprised |= status != HttpResponseStatus.CONTINUE.code();
      skipping = true;
      return;
    }
    if (status < 200 || status > LAST_STATUS || begun || isCoded(response)) {
      surprise(current);
      return;
    }
    begun = true;
    keepAlive = HttpUtil.isKeepAlive(response);
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    boolean counted = response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    keepAlive &= chunked || counted || status == 204 || status == 304;
    long length =
        counted && !chunked
            ? HttpUtil.getContentLength(response, UpstreamAnswer.UNKNOWN_LENGTH)
            : UpstreamAnswer.UNKNOWN_LENGTH;
    current.head(UpstreamAnswer.of(response, length));
  }

  /** True where the body comes in a transfer coding that nobody here undoes. */
  private static boolean isCoded(HttpResponse response) {
    List<String> codings = response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return !codings.isEmpty()
        && !(codings.size() == 1
            && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst()));
  }

  /** After 101 it would be another protocol. */
  private static boolean isInterim(int status) {
    return status >= 100 && status < 200 && status != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
  }

  private void content(HttpContent content, Reader current) {
    boolean last = content instanceof LastHttpContent;
    if (skipping) {
      skipping = !last;
      return;
    }
    if (content.content().isReadable() && !current.content(content.content().retain())) {
      setReading(false);
    }
    if (last && reader == current) {
      reader = null;
      answeredRequests++;
      setReading(true);
      current.end(keepAlive && isReusable());
    }
  }

  private void surprise(@Nullable Reader current) {
    close();
    if (current != null) {
      current.malformed();
    }
  }

  private Channel open() {
    if (channel == null) {
      throw new IllegalStateException("not connected yet");
    }
    return channel;
  }
}
