package io.tapmeta.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Errors.NativeIoException;
import io.tapmeta.proxy.http.NoLeaks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ListeningSocketTest {
  private static final int EMFILE = 24;
  private static final int ECONNABORTED = 103;

  private WireLoop wire;

  @BeforeEach
  void start() {
    wire = new WireLoop();
  }

  @AfterEach
  void stop() throws IOException {
    wire.close();
  }

  @Test
  void whoIsNotWelcomeIsClosedWithoutAWord() throws IOException {
    long open = WireLoop.openSockets();
    Socket guest = wire.connect(wire.listen(() -> null));
    assertThat(guest.getInputStream().read()).isEqualTo(-1);
    await().until(() -> WireLoop.openSockets() == open + 2);
  }

  @Test
  void aBugAtTheDoorClosesThatConnectionAndNoOther() throws IOException {
    AtomicInteger count = new AtomicInteger();
    ListeningSocket socket =
        wire.listen(
            () -> {
              if (count.getAndIncrement() == 0) {
                throw new IllegalStateException("a bug");
              }
              return echo();
            });
    assertThat(wire.connect(socket).getInputStream().read()).isEqualTo(-1);
    assertThat(said(wire.connect(socket), 5)).isEqualTo(5);
  }

  @Test
  void guestsComeByIpv6AsWell() throws IOException {
    ListeningSocket socket =
        wire.listen(
            ListeningSocket.make(SocketProtocolFamily.INET6),
            "::1",
            ListeningSocketTest.this::echo);
    Socket guest = wire.connect(socket);
    assertThat(said(guest, 6)).isEqualTo(6);
    assertThat(guest.getInetAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
  }

  @Test
  void anAddressThatIsTakenIsRefusedAndNothingKeptOpen() throws IOException {
    ListeningSocket first = wire.listen(this::echo);
    long open = WireLoop.openSockets();
    ListeningSocket second = ListeningSocket.make(SocketProtocolFamily.INET);
    assertThatIOException().isThrownBy(() -> second.bind(first.localAddress()));
    second.stop();
    assertThat(second.isOpen()).isFalse();
    assertThat(WireLoop.openSockets()).isEqualTo(open);
  }

  /** Netty's socket throws what nobody has to catch. */
  @Test
  void anOptionThatIsNotToBeHadIsAnInputOutputError() throws IOException {
    ListeningSocket socket = ListeningSocket.make(SocketProtocolFamily.INET);
    ByteBuffer value = ByteBuffer.allocate(16);
    assertThatIOException().isThrownBy(() -> socket.getRawOpt(6, 9999, value));
    assertThatIOException().isThrownBy(() -> socket.setRawOpt(6, 9999, value));
    assertThatIOException().isThrownBy(() -> socket.setIntOpt(6, 9999, 1));
    socket.stop();
  }

  @Test
  void onceStoppedItTakesInNobodyAndLeavesConnectionsAlone() throws IOException {
    ListeningSocket socket = wire.listen(this::echo);
    Socket guest = wire.connect(socket);
    assertThat(said(guest, 1)).isEqualTo(1);
    java.net.InetSocketAddress address = socket.localAddress();
    socket.stop();
    await().until(() -> !socket.isOpen());
    assertThatThrownBy(
            () -> {
              try (Socket late = new Socket()) {
                late.connect(address);
              }
            })
        .isInstanceOf(ConnectException.class);
    assertThat(said(guest, 2)).isEqualTo(2);
    socket.stop();
  }

  /** With no descriptor to give the queue stays as it is, and epoll would say so without an end. */
  @Test
  void withoutDescriptorsItPausesAndThenGoesOnByItself() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    ListeningSocket socket =
        wire.listen(
            ListeningSocket.make(
                SocketProtocolFamily.INET,
                (listening, address) -> {
                  if (tries.getAndIncrement() < 3) {
                    throw new NativeIoException("accept", -EMFILE);
                  }
                  return listening.accept(address);
                }),
            "127.0.0.1",
            this::echo);
    long before = System.nanoTime();
    Socket guest = wire.connect(socket);
    assertThat(said(guest, 9)).isEqualTo(9);
    assertThat(System.nanoTime() - before)
        .isGreaterThanOrEqualTo(2 * ListeningSocket.PAUSE_MILLIS * 1_000_000);
    assertThat(wire.call(() -> wire.failures.size())).isEqualTo(3);
    // Three failures, the connection, and perhaps a look for another.
    assertThat(tries.get()).isBetween(4, 5);
  }

  @Test
  void aGuestThatGaveUpBeforeItWasAcceptedDelaysNobody() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    ListeningSocket socket =
        wire.listen(
            ListeningSocket.make(
                SocketProtocolFamily.INET,
                (listening, address) -> {
                  if (tries.getAndIncrement() == 0) {
                    throw new NativeIoException("accept", -ECONNABORTED);
                  }
                  return listening.accept(address);
                }),
            "127.0.0.1",
            this::echo);
    assertThat(said(wire.connect(socket), 3)).isEqualTo(3);
    assertThat(wire.call(() -> wire.failures.size())).isZero();
  }

  @Test
  void aCrowdAtOneSocketDoesNotKeepOutTheGuestOfAnother() throws Exception {
    List<String> order = new ArrayList<>();
    ListeningSocket crowded = wire.listen(() -> note(order, "crowd"));
    ListeningSocket quiet = wire.listen(() -> note(order, "other"));
    CountDownLatch go = wire.hold();
    int crowd = 100;
    for (int i = 0; i < crowd; i++) {
      wire.connect(crowded);
    }
    wire.connect(quiet);
    go.countDown();
    await().until(() -> wire.call(order::size) == crowd + 1);
    assertThat(wire.call(() -> order.indexOf("other"))).isLessThanOrEqualTo(ListeningSocket.TURN);
  }

  private static @Nullable ChannelHandler note(List<String> order, String who) {
    order.add(who);
    return null;
  }

  private static int said(Socket guest, int what) throws IOException {
    guest.getOutputStream().write(what);
    return guest.getInputStream().read();
  }

  private ChannelHandler echo() {
    return wire.new Server() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        var _ = context.writeAndFlush(message);
      }
    };
  }
}
