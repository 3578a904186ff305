package io.tapmeta.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tapmeta.proxy.config.Configuration.Admin;
import io.tapmeta.proxy.listen.LoopbackNode;
import io.tapmeta.proxy.metrics.BuildInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminServerTest {
  private static final String ASK = "GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path temp;
  private LoopbackNode node;
  private AdminHandler handler;
  private final CountDownLatch retired = new CountDownLatch(1);
  private Path socket;

  @BeforeEach
  void start() throws IOException {
    node = new LoopbackNode(temp);
    socket = temp.resolve("run").resolve("admin.sock");
    handler =
        new AdminHandler(
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new Liveness(java.util.List.of(node.loop())),
            new Readiness(Map::of, node.listeners()),
            new StateReport(node.listeners(), node.resolver(), Map::of, new BuildInfo("1", "2")),
            retired::countDown);
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
  }

  @Test
  void theSamePagesAreOnTheAddressAndOnTheSocket() throws IOException {
    try (AdminServer server = AdminServer.start(config(0), handler)) {
      assertThat(overTcp(server.address())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(overSocket()).startsWith("HTTP/1.1 200 OK\r\n").contains("\"version\": \"1\"");
    }
  }

  /** Time and again: whether a connection was closed with the server once hung on who was first. */
  @RepeatedTest(20)
  void aSuccessorWaitsUntilTheAddressAndTheSocketAreFree() throws Exception {
    AdminServer server = AdminServer.start(config(0), handler);
    FutureTask<Boolean> retirement = new FutureTask<>(() -> Predecessor.retire(socket, PATIENCE));
    Thread.ofPlatform().daemon().start(retirement);
    assertThat(retired.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(retirement.isDone()).isFalse();

    server.close();

    assertThat(retirement.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(socket).doesNotExist();
  }

  @Test
  void whereNobodyIsThereIsNobodyToRetire() throws IOException {
    assertThat(Predecessor.retire(socket, PATIENCE)).isFalse();
  }

  /** One that is stopped, say. */
  @Test
  void whoDoesNotMakeRoomIsNotWaitedForWithoutEnd() throws IOException {
    Files.createDirectories(socket.getParent());
    try (ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(socket));
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> Predecessor.retire(socket, Duration.ofMillis(10)))
          .withMessage(
              "admin.socket: "
                  + socket
                  + ": has not made room within 0 s (expected: a tapmeta that answers)");
    }
  }

  @Test
  void theSocketIsItsOwnersAloneAndGoesWithTheServer() throws IOException {
    try (AdminServer _ = AdminServer.start(config(0), handler)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void aSocketThatNobodyListensOnAnyMoreIsReplaced() throws IOException {
    Files.createDirectories(socket.getParent());
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(socket));
    dead.close();
    assertThat(socket).exists();
    try (AdminServer _ = AdminServer.start(config(0), handler)) {
      assertThat(overSocket()).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void whatIsNoSocketIsLeftAlone() throws IOException {
    Files.createDirectories(socket.getParent());
    Files.writeString(socket, "precious");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AdminServer.start(config(0), handler))
        .withMessage(
            "admin.socket: " + socket + ": not a socket (expected: one, or nothing there)");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void aSocketThatIsInUseIsLeftAlone() throws IOException {
    try (AdminServer _ = AdminServer.start(config(0), handler)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> AdminServer.start(config(0), handler))
          .withMessage("admin.socket: " + socket + ": in use (expected: no other tapmeta on it)");
      assertThat(overSocket()).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void anAddressThatIsTakenIsNamedAndNothingStaysBehind() throws IOException {
    try (AdminServer first = AdminServer.start(config(0), handler)) {
      int port = first.address().getPort();
      Path other = temp.resolve("other.sock");
      Admin taken = new Admin(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), other);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> AdminServer.start(taken, handler))
          .withMessageStartingWith("admin.listen: ")
          .withMessageEndingWith("(expected: free)");
      assertThat(other).doesNotExist();
    }
  }

  private Admin config(int port) {
    return new Admin(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), socket);
  }

  private static String overTcp(InetSocketAddress address) throws IOException {
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      client.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String overSocket() throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      client.write(ByteBuffer.wrap(ASK.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(65_536);
      while (client.read(answer) >= 0) {
        assertThat(answer.hasRemaining()).isTrue();
      }
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
  }
}
