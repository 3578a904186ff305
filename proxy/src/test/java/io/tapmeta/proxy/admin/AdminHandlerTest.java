package io.tapmeta.proxy.admin;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.http.NoLeaks;
import io.tapmeta.proxy.listen.LoopbackNode;
import io.tapmeta.proxy.metrics.BuildInfo;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.resolver.source.SourceStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class AdminHandlerTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final BuildInfo build = new BuildInfo("1.2", "abc");
  @TempDir Path temp;
  private LoopbackNode node;
  private EmbeddedChannel channel;

  private final AtomicInteger retired = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    node = new LoopbackNode(Files.createDirectory(temp.resolve("node")));
    var _ = new GuestMetrics(registry);
    SourceStatus source = new SourceStatus(true, Optional.of(Instant.now()), 0, List.of());
    channel =
        new EmbeddedChannel(
            new AdminHandler(
                registry,
                new Liveness(List.of(node.loop())),
                new Readiness(() -> Map.of("directory", source), node.listeners()),
                new StateReport(
                    node.listeners(), node.resolver(), () -> Map.of("directory", source), build),
                retired::incrementAndGet));
  }

  @AfterEach
  void stop() throws IOException {
    channel.finishAndReleaseAll();
    node.close();
  }

  /** Over a Unix socket it is another matter. */
  @Test
  void nobodyIsRetiredOverTheNetwork() {
    channel.writeInbound(
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/retire"));
    FullHttpResponse answer = channel.readOutbound();
    assertThat(answer.status().code()).isEqualTo(405);
    answer.release();
    assertThat(retired).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "/metrics, text/plain; version=0.0.4; charset=utf-8",
    "/version, application/json",
    "/status, application/json",
    "/attachments, application/json",
    "/instances, application/json",
    "/, text/plain; charset=utf-8",
    "/version?x=1, application/json"
  })
  void everyPageAnswers(String path, String type) {
    FullHttpResponse response = ask(HttpMethod.GET, path);
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(response.headers().get(CONTENT_TYPE)).isEqualTo(type);
    assertThat(response.headers().getInt(CONTENT_LENGTH))
        .isEqualTo(response.content().readableBytes())
        .isPositive();
    assertThat(response.content().toString(StandardCharsets.UTF_8)).endsWith("\n");
    response.release();
    assertThat(channel.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/version", "/status", "/nothing", "/"})
  void headIsGetWithoutTheBody(String path) {
    FullHttpResponse response = ask(HttpMethod.HEAD, path);
    assertThat(response.content().isReadable()).isFalse();
    assertThat(response.headers().getInt(CONTENT_LENGTH)).isPositive();
    response.release();
  }

  @Test
  void metricsAreInTheExpositionFormat() {
    FullHttpResponse response = ask(HttpMethod.GET, "/metrics");
    assertThat(response.content().toString(StandardCharsets.UTF_8))
        .contains("# TYPE tapmeta_requests_total counter\n");
    response.release();
  }

  @Test
  void theVersionIsTheBuilds() {
    FullHttpResponse response = ask(HttpMethod.GET, "/version");
    assertThat(response.content().toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"version\": \"1.2\", \"revision\": \"abc\", \"java_version\": \"%s\"}\n"
                .formatted(System.getProperty("java.version")));
    response.release();
  }

  @Test
  void healthIsThatTheLoopsTurn() {
    FullHttpResponse response = askLater("/healthz");
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(response.content().toString(StandardCharsets.UTF_8)).isEqualTo("ok\n");
    response.release();
  }

  @Test
  void aLoopThatStandsStillIsNoHealth() throws InterruptedException {
    java.util.concurrent.CountDownLatch over = new java.util.concurrent.CountDownLatch(1);
    node.loop()
        .executor()
        .execute(
            () -> {
              try {
                over.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    FullHttpResponse response = askLater("/healthz");
    over.countDown();
    assertThat(response.status().code()).isEqualTo(503);
    assertThat(response.content().toString(StandardCharsets.UTF_8))
        .isEqualTo("an event loop stands still\n");
    response.release();
  }

  /** Its attachments directory has not been read. */
  @Test
  void anUnreadyNodeSaysWhyNot() {
    FullHttpResponse response = ask(HttpMethod.GET, "/readyz");
    assertThat(response.status().code()).isEqualTo(503);
    assertThat(response.headers().get(CONTENT_TYPE)).isEqualTo("application/json");
    assertThat(response.content().toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"ready": false, "sources": {"directory": "synced"}, \
            "attachments": {"read": false, "listening": 0, "not_listening": {}}}
            """);
    response.release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/metrics/", "/METRICS", "//metrics", "/quit"})
  void anyOtherPathIsNotFound(String path) {
    FullHttpResponse response = ask(HttpMethod.GET, path);
    assertThat(response.status().code()).isEqualTo(404);
    assertThat(response.content().toString(StandardCharsets.UTF_8)).isEqualTo("not found\n");
    response.release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void nothingCanBeChanged(String method) {
    FullHttpResponse response = ask(HttpMethod.valueOf(method), "/status");
    assertThat(response.status().code()).isEqualTo(405);
    response.release();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoeverAsksToCloseIsClosed() {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/version");
    request.headers().set(CONNECTION, "close");
    channel.writeInbound(request);
    FullHttpResponse response = Objects.requireNonNull(channel.readOutbound());
    assertThat(response.headers().get(CONNECTION)).isEqualTo("close");
    response.release();
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverGoesWrongClosesTheConnection(boolean io) {
    channel
        .pipeline()
        .fireExceptionCaught(io ? new IOException("reset") : new IllegalStateException("bug"));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void instancesAreKnownByWhoTheyAreAndNotByWhatTheyAreTold() {
    node.resolver().publish("test", List.of(Instances.record(Instances.full(), 1)));
    FullHttpResponse response = ask(HttpMethod.GET, "/instances");
    String json = response.content().toString(StandardCharsets.UTF_8);
    assertThat(json)
        .contains("\"uuid\": \"" + Instances.UUID + "\"")
        .doesNotContain("IyEvYmluL3NoCg")
        .doesNotContain("ssh-ed25519");
    response.release();
  }

  private FullHttpResponse ask(HttpMethod method, String path) {
    channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, path));
    FullHttpResponse response = channel.readOutbound();
    return Objects.requireNonNull(response, path);
  }

  /** The answer comes from another thread. */
  private FullHttpResponse askLater(String path) {
    channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path));
    return await()
        .until(
            () -> {
              channel.runPendingTasks();
              return channel.<FullHttpResponse>readOutbound();
            },
            Objects::nonNull);
  }
}
