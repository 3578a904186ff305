package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.tapmeta.proxy.http.GuestConnection;
import io.tapmeta.proxy.http.NoLeaks;
import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.wire.ListeningSocket;
import io.tapmeta.proxy.wire.Welcome;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who closes first, and how, where an answer is the last. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ConnectionEndTest {
  private static final String REQUEST = "GET /openstack HTTP/1.1\r\nHost: a\r\n";
  private static final MacAddress MAC = MacAddress.parse("fa:16:3e:00:00:01");

  @TempDir Path temp;
  private LoopbackNode node;
  private ListeningSocket socket;

  @BeforeEach
  void listen() throws IOException {
    node = new LoopbackNode(temp);
    Attachment attachment =
        new Attachment("t", "t", Mode.NETNS, Optional.of("ns"), "md0", Optional.empty(), Set.of());
    // Long there, so that nobody waits for its record.
    Plug plug = new Plug(attachment, System.nanoTime() - (1L << 50));
    socket = ListeningSocket.make(SocketProtocolFamily.INET);
    socket.listen(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
        16,
        node.loop().executor(),
        new Welcome() {
          @Override
          public ChannelHandler accepted(ByteBuffer syn) {
            return new GuestConnection(node.loop(), plug, new Ingress(attachment, MAC));
          }

          @Override
          public void acceptFailed(IOException why) {
            throw new AssertionError(why);
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    socket.stop();
    await().until(() -> connections() == 0);
    node.close();
  }

  @Test
  void aGuestThatAskedForTheEndAndSentAllItWantedIsClosedOutright() throws IOException {
    try (Socket guest = connect()) {
      assertThat(ask(guest, REQUEST + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 404 ");
      assertThat(connections()).isZero();
    }
  }

  @Test
  void aGuestThatKeepsOnSendingIsLeftToCloseItsHalf() throws IOException {
    try (Socket guest = connect()) {
      String answer = ask(guest, REQUEST + "Connection: close\r\n\r\n" + REQUEST + "\r\n");
      assertThat(answer).startsWith("HTTP/1.1 404 ").containsOnlyOnce("HTTP/1.1");
      assertThat(connections()).isOne();
    }
    await().until(() -> connections() == 0);
  }

  /** Nobody knows how much more it has to say. */
  @Test
  void aGuestThatIsNotUnderstoodIsLeftToCloseItsHalf() throws IOException {
    try (Socket guest = connect()) {
      assertThat(ask(guest, "NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 ");
      assertThat(connections()).isOne();
    }
    await().until(() -> connections() == 0);
  }

  @Test
  void aGuestThatSaidNothingOfTheEndMayGoOn() throws IOException {
    try (Socket guest = connect()) {
      guest.getOutputStream().write((REQUEST + "\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(guest.getInputStream().read()).isEqualTo('H');
      assertThat(connections()).isOne();
    }
  }

  /** As of when the loop has done all that belongs to the turn it is in. */
  private int connections() {
    count();
    return count();
  }

  private int count() {
    return node.loop()
        .executor()
        .submit(() -> node.loop().connectionCount())
        .syncUninterruptibly()
        .getNow();
  }

  private Socket connect() throws IOException {
    Socket guest = new Socket();
    guest.setSoTimeout(10_000);
    guest.connect(socket.localAddress());
    return guest;
  }

  private static String ask(Socket guest, String text) throws IOException {
    guest.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return new String(guest.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
