package io.tapmeta.proxy.admin;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin side's few pages; all but the one that has the daemon make room are read-only. */
@Sharable
public final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String EXPOSITION = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final Liveness liveness;
  private final Readiness readiness;
  private final StateReport state;
  private final Runnable retire;

  /**
   * @param retire has the daemon end, as another one listens in its place by now
   */
  public AdminHandler(
      PrometheusMeterRegistry registry,
      Liveness liveness,
      Readiness readiness,
      StateReport state,
      Runnable retire) {
    this.registry = registry;
    this.liveness = liveness;
    this.readiness = readiness;
    this.state = state;
    this.retire = retire;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    boolean headOnly = request.method().equals(HttpMethod.HEAD);
    if (isRetirement(ctx, request)) {
      // No answer: the end of the connection, which comes with that of the listeners, is one.
      retire.run();
      return;
    }
    if (!headOnly && !request.method().equals(HttpMethod.GET)) {
      answer(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "GET only\n", false, headOnly);
      return;
    }
    switch (new QueryStringDecoder(request.uri()).path()) {
      case "/metrics" -> ok(ctx, EXPOSITION, registry.scrape(), keepAlive, headOnly);
      case "/version" -> ok(ctx, JSON, state.version() + "\n", keepAlive, headOnly);
      case "/status" -> ok(ctx, JSON, state.status() + "\n", keepAlive, headOnly);
      case "/attachments" -> ok(ctx, JSON, state.attachments() + "\n", keepAlive, headOnly);
      case "/instances" -> ok(ctx, JSON, state.instances() + "\n", keepAlive, headOnly);
      case "/readyz" -> {
        Readiness.Report report = readiness.report();
        answer(ctx, status(report.ready()), JSON, report.json() + "\n", keepAlive, headOnly);
      }
      case "/healthz" ->
          liveness.check(
              alive ->
                  ctx.executor()
                      .execute(
                          () ->
                              answer(
                                  ctx,
                                  status(alive),
                                  TEXT,
                                  alive ? "ok\n" : "an event loop stands still\n",
                                  keepAlive,
                                  headOnly)));
      case "/" ->
          ok(ctx, TEXT, "tapmeta: /metrics /healthz /readyz /version\n", keepAlive, headOnly);
      default ->
          answer(ctx, HttpResponseStatus.NOT_FOUND, TEXT, "not found\n", keepAlive, headOnly);
    }
  }

  /** Over the Unix socket only: whoever reaches the address may be somebody else's user. */
  private static boolean isRetirement(ChannelHandlerContext ctx, FullHttpRequest request) {
    return request.method().equals(HttpMethod.POST)
        && request.uri().equals(Predecessor.RETIRE)
        && ctx.channel() instanceof DomainSocketChannel;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("admin: a bug", cause);
    }
    var _ = ctx.close();
  }

  private static HttpResponseStatus status(boolean good) {
    return good ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
  }

  private static void ok(
      ChannelHandlerContext ctx, String type, String body, boolean keepAlive, boolean headOnly) {
    answer(ctx, HttpResponseStatus.OK, type, body, keepAlive, headOnly);
  }

  private static void answer(
      ChannelHandlerContext ctx,
      HttpResponseStatus status,
      String type,
      String body,
      boolean keepAlive,
      boolean headOnly) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
    response.headers().set(CONTENT_TYPE, type).set(CONTENT_LENGTH, bytes.length);
    HttpUtil.setKeepAlive(response, keepAlive);
    ctx.writeAndFlush(response)
        .addListener(
            keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
  }
}
