package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.http.Plug;
import io.tapmeta.proxy.kernel.NetworkNamespaces;
import io.tapmeta.proxy.wire.ListeningSocket;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ListenerOpenerTest {
  @TempDir Path temp;
  private LoopbackNode node;

  @BeforeEach
  void start() throws IOException {
    node = new LoopbackNode(temp);
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
  }

  @Test
  void anAttachmentIsListenedForOnItsInterface() throws IOException {
    GuestListener listener = open(attachment("lo", Optional.empty()));
    assertThat(listener.sockets()).hasSize(1).allMatch(ListeningSocket::isOpen);
    assertThat(listener.namespace()).isEmpty();
    listener.close();
    await().until(() -> listener.sockets().stream().noneMatch(ListeningSocket::isOpen));
  }

  /** The loopback device has no MAC to tell anybody by. */
  @Test
  void aConnectionFromNobodyIsClosedWithoutAWord() throws IOException {
    GuestListener listener = open(attachment("lo", Optional.empty()));
    try (Socket socket = new Socket()) {
      socket.connect(address(listener));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(node.refused("no_saved_syn")).isOne();
    listener.close();
  }

  @Test
  void aMissingInterfaceIsNamed() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> open(attachment("nosuchdevice0", Optional.empty())))
        .withMessage(
            "interface nosuchdevice0: not in namespace of the host (expected: the interface that"
                + " guests come in by)");
  }

  @Test
  void aMissingNamespaceIsNamed() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> open(attachment("lo", Optional.of("tapmeta-no-such-namespace"))))
        .withMessageContaining("/run/netns/tapmeta-no-such-namespace");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    Attachment attachment = attachment("lo", Optional.empty());
    try (ServerSocket first = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        NetworkNamespaces namespaces = new NetworkNamespaces()) {
      int port = first.getLocalPort();
      ListenerOpener second =
          new ListenerOpener(
              namespaces,
              List.of(first.getInetAddress(), InetAddress.ofLiteral("127.0.0.2")),
              port,
              node.metrics());
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> second.open(attachment, plug(attachment), -1, node.loop()))
          .withMessageStartingWith("127.0.0.1:" + port + ": ")
          .withMessageEndingWith("(expected: free in namespace of the host)");
    }
  }

  private GuestListener open(Attachment attachment) throws IOException {
    return node.opener().open(attachment, plug(attachment), -1, node.loop());
  }

  private static Plug plug(Attachment attachment) {
    return new Plug(attachment, System.nanoTime());
  }

  private static InetSocketAddress address(GuestListener listener) {
    return listener.sockets().getFirst().localAddress();
  }

  private static Attachment attachment(String device, Optional<String> netns) {
    return new Attachment("t", "t", Mode.SHARED, netns, device, Optional.empty(), Set.of());
  }
}
