package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tapmeta.proxy.document.Instances;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections end: with their plug, with the daemon, with the guest, by mistake. */
class ConnectionEndsTest extends OneGuest {
  @Test
  void unpluggingClosesTheConnectionsOfThatPlugAlone() {
    Plug other = GuestNode.plug("tap-other", Duration.ofHours(1));
    GuestChannel neighbour = node.guest(other);
    node.loop().unplug(node.plug());
    assertThat(guest.isOpen()).isFalse();
    assertThat(neighbour.isOpen()).isTrue();
    assertThat(node.loop().connectionCount()).isOne();
  }

  /** Same name, same everything, but plugged in anew: somebody else. */
  @Test
  void aPlugIsAGenerationAndNotAName() {
    Plug again = GuestNode.plug(Instances.TAP, Duration.ofHours(1));
    GuestChannel fresh = node.guest(again);
    node.loop().unplug(node.plug());
    assertThat(guest.isOpen()).isFalse();
    assertThat(fresh.isOpen()).isTrue();
  }

  @Test
  void drainingClosesWhatIsIdle() {
    guest.get("/openstack");
    node.loop().drain();
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void drainingLetsARequestUnderWayEndAndSaysThatItWasTheLast() {
    GuestChannel inHead = node.guest();
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\na");
    inHead.send("GET /openst");
    node.loop().drain();
    assertThat(guest.isOpen()).isTrue();
    assertThat(inHead.isOpen()).isTrue();
    for (String response :
        List.of(guest.send("b"), inHead.send("ack HTTP/1.1\r\n" + HOST + "\r\n"))) {
      assertThat(status(response)).isEqualTo(200);
      assertThat(head(response)).contains("\r\nConnection: close\r\n");
    }
    assertThat(node.loop().connectionCount()).isZero();
  }

  @Test
  void stoppingClosesEverything() {
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\na");
    node.loop().stop();
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.loop().connectionCount()).isZero();
  }

  @Test
  void aGuestThatGoesInTheMiddleLeavesNothing() {
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Le");
    guest.channel().close().syncUninterruptibly();
    assertThat(node.loop().connectionCount()).isZero();
    assertThat(guest.usedMemory()).isZero();
  }

  @Test
  void bytesAfterTheEndAreReleased() {
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    io.netty.buffer.ByteBuf late = Unpooled.directBuffer().writeBytes(new byte[] {1, 2});
    guest.connection().channelRead(guest.channel().pipeline().firstContext(), late);
    assertThat(late.refCnt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverGoesWrongClosesTheConnection(boolean io) {
    guest
        .channel()
        .pipeline()
        .fireExceptionCaught(io ? new IOException("reset") : new IllegalStateException("bug"));
    assertThat(guest.isOpen()).isFalse();
  }

  /** Fixed in size, as a slice of something larger would be. */
  @Test
  void buffersThatCannotGrowAreReleasedToo() {
    io.netty.buffer.ByteBufAllocator allocator = guest.channel().alloc();
    String text = request("/latest/meta-data/ami-launch-index");
    StringBuilder answers = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
      guest.channel().writeInbound(allocator.directBuffer(1, 1).writeByte(b));
      answers.append(guest.received());
    }
    assertThat(body(answers.toString())).isEqualTo("2");
  }
}
