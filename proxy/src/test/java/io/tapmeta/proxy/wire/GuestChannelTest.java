package io.tapmeta.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.tapmeta.proxy.http.NoLeaks;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections over the loopback device, each way that they go on and end. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GuestChannelTest {
  /** More than the kernel takes of one who does not read. */
  private static final int MUCH = 16 << 20;

  private static final RawUnixChannelOption TCP_INFO =
      new RawUnixChannelOption("TCP_INFO", 6, 11, 148);
  private static final RawUnixChannelOption TCP_NODELAY =
      new RawUnixChannelOption("TCP_NODELAY", 6, 1, 4);

  private WireLoop wire;

  @BeforeEach
  void start() {
    wire = new WireLoop();
  }

  @AfterEach
  void stop() throws IOException {
    wire.close();
  }

  /** Says back what it hears. */
  private class Echo extends WireLoop.Server {
    Echo() {
      wire.super();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var _ = context.writeAndFlush(message);
    }
  }

  /** Hears nothing until it is told to, and says nothing by itself. */
  private class Deaf extends WireLoop.Server {
    Deaf() {
      wire.super();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      super.handlerAdded(context);
      context.channel().config().setAutoRead(false);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var _ = context.writeAndFlush(message);
    }
  }

  @Test
  void whatAGuestSendsIsReadAndAnsweredTimeAndAgain() throws IOException {
    Socket guest = wire.connect(wire.listen(Echo::new));
    for (int i = 0; i < 10; i++) {
      assertThat(say(guest, "hello " + i)).isEqualTo("hello " + i);
    }
  }

  @Test
  void moreThanOneReadTakesComesInOrder() throws Exception {
    byte[] much = new byte[300_000];
    new Random(1).nextBytes(much);
    Socket guest = wire.connect(wire.listen(Echo::new));
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    guest.getOutputStream().write(much);
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(guest.getInputStream().readNBytes(much.length)).isEqualTo(much);
    sender.join();
  }

  /** Which is as much as was asked for, so there may be more. */
  @Test
  void aReadThatIsFullLeavesNothingBehind() throws IOException {
    Socket guest = wire.connect(wire.listen(Echo::new));
    say(guest, "a");
    for (int reads = 1; reads <= 3; reads++) {
      byte[] much = new byte[reads * LoopMemory.READ_BYTES];
      new Random(reads).nextBytes(much);
      guest.getOutputStream().write(much);
      assertThat(guest.getInputStream().readNBytes(much.length)).isEqualTo(much);
    }
  }

  /** A read stops there, and what follows has come already. */
  @Test
  void anUrgentByteKeepsNothingBack() throws Exception {
    Socket guest = wire.connect(wire.listen(Echo::new));
    say(guest, "a");
    CountDownLatch go = wire.hold();
    guest.getOutputStream().write("bc".getBytes(StandardCharsets.US_ASCII));
    guest.sendUrgentData('!');
    guest.getOutputStream().write("de".getBytes(StandardCharsets.US_ASCII));
    go.countDown();
    assertThat(guest.getInputStream().readNBytes(4))
        .isEqualTo("bcde".getBytes(StandardCharsets.US_ASCII));
  }

  /** The end is known, and what came before it is not lost. */
  @Test
  void anEndThatComesWithTheLastBytesIsSeen() throws Exception {
    Socket guest = wire.connect(wire.listen(Echo::new));
    say(guest, "a");
    CountDownLatch go = wire.hold();
    guest.getOutputStream().write("bc".getBytes(StandardCharsets.US_ASCII));
    guest.shutdownOutput();
    go.countDown();
    assertThat(guest.getInputStream().readAllBytes())
        .isEqualTo("bc".getBytes(StandardCharsets.US_ASCII));
    await().until(() -> wire.ended.get() == 1);
  }

  @Test
  void theGuestsAddressIsKnown() throws IOException {
    Echo server = new Echo();
    Socket guest = wire.connect(wire.listen(() -> server));
    say(guest, "a");
    assertThat(server.channel.remoteAddress()).isEqualTo(guest.getLocalSocketAddress());
    assertThat(server.channel.localAddress())
        .isEqualTo(new InetSocketAddress(guest.getInetAddress(), guest.getPort()));
  }

  @Test
  void smallAnswersAreNotKeptBack() throws IOException {
    Echo server = new Echo();
    say(wire.connect(wire.listen(() -> server)), "a");
    ByteBuffer on = server.channel.config().getOption(TCP_NODELAY);
    assertThat(on.getInt()).isNotZero();
  }

  /** What tells a slow reader from one that takes nothing. */
  @Test
  void howFarTheGuestIsCanBeAsked() throws IOException {
    Echo server = new Echo();
    say(wire.connect(wire.listen(() -> server)), "hello");
    assertThat(server.channel.config().getOption(TCP_INFO).remaining()).isEqualTo(148);
  }

  /** Whoever asks may not have heard of the end yet. */
  @Test
  void aConnectionThatHasEndedHasNoOptionsAndSaysSoQuietly() throws IOException {
    Echo server = new Echo();
    say(wire.connect(wire.listen(() -> server)), "hello");
    server.channel.close().syncUninterruptibly();
    assertThat(server.channel.config().getOption(TCP_INFO)).isNull();
    assertThat(server.channel.config().setOption(ChannelOption.SO_LINGER, 0)).isFalse();
  }

  @Test
  void whenTheGuestGoesTheConnectionIsClosedAndItsDescriptorGivenBack() throws IOException {
    ListeningSocket socket = wire.listen(Echo::new);
    Socket first = wire.connect(socket);
    say(first, "a");
    long open = WireLoop.openSockets();
    first.close();
    // The guest's end, which is this process's as well, and ours.
    await().until(() -> WireLoop.openSockets() == open - 2);
    assertThat(wire.ended).hasValue(1);
  }

  @Test
  void aResetEndsTheConnection() throws IOException {
    Echo server = new Echo();
    Socket guest = wire.connect(wire.listen(() -> server));
    say(guest, "a");
    reset(guest);
    await().until(() -> wire.ended.get() == 1);
    assertThat(wire.call(() -> server.errors)).hasSizeLessThan(2);
  }

  /** Nothing is read that could tell: epoll's word alone. */
  @Test
  void aResetEndsAConnectionOfWhichNothingIsRead() throws IOException {
    Deaf server = new Deaf();
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write(1);
    reset(guest);
    await().until(() -> wire.ended.get() == 1);
    assertThat(server.channel.isOpen()).isFalse();
  }

  @Test
  void anEndFollowedByAResetIsOneEndAndKeepsNobodyBusy() throws Exception {
    Deaf server = new Deaf();
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write(1);
    guest.shutdownOutput();
    await().until(() -> server.channel != null);
    long thread = wire.call(() -> Thread.currentThread().threadId());
    long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
    // Nobody reads, so nobody learns of the end; time passes on the loop itself.
    wire.loop().schedule(() -> {}, 300, TimeUnit.MILLISECONDS).sync();
    long took = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread) - before;
    assertThat(took).isLessThan(TimeUnit.MILLISECONDS.toNanos(150));
    assertThat(wire.call(() -> server.channel.isOpen())).isTrue();
    reset(guest);
    await().until(() -> wire.ended.get() == 1);
    wire.call(() -> server.channel.config().setAutoRead(true));
    assertThat(wire.ended).hasValue(1);
  }

  @Test
  void nothingIsReadUntilItIsAskedForAgain() throws IOException {
    Deaf server = new Deaf();
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
    await().until(() -> server.channel != null);
    assertThat(wire.call(() -> guest.getInputStream().available())).isZero();
    wire.call(() -> server.channel.config().setAutoRead(true));
    assertThat(new String(guest.getInputStream().readNBytes(5), StandardCharsets.US_ASCII))
        .isEqualTo("hello");
  }

  /** As netcat does, and clients that know of no lengths. */
  @Test
  void aGuestThatHasEndedItsHalfGetsAllThatIsWrittenForIt() throws IOException {
    byte[] much = new byte[MUCH];
    new Random(2).nextBytes(much);
    Socket guest = wire.connect(wire.listen(() -> answering(Unpooled.wrappedBuffer(much))));
    guest.getOutputStream().write(1);
    guest.shutdownOutput();
    assertThat(guest.getInputStream().readAllBytes()).isEqualTo(much);
    await().until(() -> wire.ended.get() == 1);
  }

  @Test
  void whatTheKernelHasNoRoomForWaitsForTheGuest() throws IOException {
    byte[] much = new byte[MUCH];
    new Random(3).nextBytes(much);
    WireLoop.Server server = answering(Unpooled.wrappedBuffer(much));
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write(1);
    await().until(() -> server.channel != null && !server.channel.isWritable());
    assertThat(guest.getInputStream().readNBytes(MUCH)).isEqualTo(much);
    await().until(() -> server.channel.isWritable());
    assertThat(server.channel.isOpen()).isTrue();
  }

  @Test
  void aConnectionThatIsClosedWithAnswersWaitingGivesThemUp() throws IOException {
    WireLoop.Server server = answering(Unpooled.wrappedBuffer(new byte[MUCH]));
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write(1);
    await().until(() -> server.channel != null && !server.channel.isWritable());
    var _ = server.channel.close();
    await().until(() -> wire.ended.get() == 1);
    await().until(() -> wire.allocator.metric().usedDirectMemory() == 0);
  }

  @Test
  void buffersOfEveryKindAreWritten() throws IOException {
    ByteBuf composite =
        Unpooled.wrappedBuffer(
            Unpooled.copiedBuffer("two ", StandardCharsets.US_ASCII),
            Unpooled.directBuffer().writeBytes("three ".getBytes(StandardCharsets.US_ASCII)));
    WireLoop.Server server =
        answering(
            Unpooled.copiedBuffer("one ", StandardCharsets.US_ASCII),
            composite,
            Unpooled.EMPTY_BUFFER,
            Unpooled.directBuffer().writeBytes("four".getBytes(StandardCharsets.US_ASCII)));
    Socket guest = wire.connect(wire.listen(() -> server));
    assertThat(say(guest, "tell", "one two three four".length())).isEqualTo("one two three four");
  }

  @Test
  void whatIsNoBufferIsRefusedAndHarmsNobody() throws IOException {
    Echo server = new Echo();
    Socket guest = wire.connect(wire.listen(() -> server));
    say(guest, "a");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> server.channel.writeAndFlush("text").syncUninterruptibly());
    assertThat(say(guest, "b")).isEqualTo("b");
  }

  @Test
  void aServerMayCloseWhileItReads() throws IOException {
    WireLoop.Server server =
        wire.new Server() {
          @Override
          public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.writeAndFlush(message);
            var _ = context.close();
          }
        };
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write(7);
    assertThat(guest.getInputStream().readAllBytes()).containsExactly(7);
    await().until(() -> wire.ended.get() == 1);
  }

  @Test
  void aServerMayCloseBeforeItHasBegun() throws IOException {
    WireLoop.Server server =
        wire.new Server() {
          @Override
          public void handlerAdded(ChannelHandlerContext context) {
            super.handlerAdded(context);
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = context.close();
          }
        };
    // The first socket of a Java process brings one more that stays.
    Socket other = wire.connect(wire.listen(Echo::new));
    other.getOutputStream().write(7);
    assertThat(other.getInputStream().read()).isEqualTo(7);
    long open = WireLoop.openSockets();
    ListeningSocket socket = wire.listen(() -> server);
    // It may come as early as the guest's first look at its own connection.
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> wire.connect(socket).getInputStream().read())
        .withMessageContaining("reset");
    // The listening socket, and the guest's end for as long as somebody holds it.
    await().until(() -> WireLoop.openSockets() <= open + 2);
  }

  @Test
  void aServersBugEndsItsConnectionAndNoOther() throws IOException {
    ListeningSocket socket = wire.listen(Echo::new);
    ListeningSocket broken =
        wire.listen(
            () ->
                wire.new Server() {
                  @Override
                  public void channelRead(ChannelHandlerContext context, Object message) {
                    ((ByteBuf) message).release();
                    throw new IllegalStateException("a bug");
                  }
                });
    Socket other = wire.connect(socket);
    Socket guest = wire.connect(broken);
    guest.getOutputStream().write(1);
    assertThat(guest.getInputStream().read()).isEqualTo(-1);
    assertThat(say(other, "still there")).isEqualTo("still there");
  }

  @Test
  void ourHalfMayBeEndedAndTheGuestsHeardOn() throws IOException {
    Echo server =
        new Echo() {
          @Override
          public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).release();
            assertThat(channel.endOutput()).isTrue();
          }
        };
    Socket guest = wire.connect(wire.listen(() -> server));
    guest.getOutputStream().write(1);
    assertThat(guest.getInputStream().read()).isEqualTo(-1);
    guest.getOutputStream().write(2);
    assertThat(wire.call(() -> server.channel.isOpen())).isTrue();
    guest.close();
    await().until(() -> wire.ended.get() == 1);
    assertThat(wire.call(() -> server.channel.endOutput())).isFalse();
  }

  private WireLoop.Server answering(ByteBuf... answers) {
    return wire.new Server() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        ((ByteBuf) message).release();
        for (ByteBuf answer : answers) {
          var _ = context.write(answer);
        }
        context.flush();
      }
    };
  }

  private static void reset(Socket guest) throws IOException {
    guest.setSoLinger(true, 0);
    guest.close();
  }

  private static String say(Socket guest, String text) throws IOException {
    return say(guest, text, text.length());
  }

  private static String say(Socket guest, String text, int bytes) throws IOException {
    guest.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    InputStream in = guest.getInputStream();
    return new String(in.readNBytes(bytes), StandardCharsets.US_ASCII);
  }
}
