package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tapmeta.resolver.ingress.Attachment;
import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.ingress.Ingress;
import io.tapmeta.resolver.ingress.MacAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A guest's end of a connection: writes text, reads text, and keeps count of the buffers. */
final class GuestChannel {
  static final String HOST = "Host: 169.254.169.254\r\n";

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final EmbeddedChannel channel;
  private final GuestConnection connection;

  GuestChannel(EmbeddedChannel channel, GuestLoop loop, Plug plug, String mac) {
    this.channel = channel;
    channel.config().setAllocator(allocator);
    Ingress ingress = new Ingress(plug.attachment(), MacAddress.parse(mac));
    connection = new GuestConnection(loop, plug, ingress);
    channel.pipeline().addLast(connection);
  }

  /** An embedded channel whose other end has this address. */
  static EmbeddedChannel from(String address) {
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        return isActive() ? new InetSocketAddress(address, 40_000) : null;
      }
    };
  }

  static Attachment attachment(String tap) {
    return new Attachment(
        tap, tap, Mode.NETNS, Optional.of("ns"), "md0", Optional.empty(), Set.of());
  }

  GuestConnection connection() {
    return connection;
  }

  EmbeddedChannel channel() {
    return channel;
  }

  /** What comes back to a request for {@code target}. */
  String get(String target) {
    return send("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
  }

  /** Writes text, one character a byte, in one buffer; what comes back at once. */
  String send(String text) {
    return sendBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  String sendBytes(byte... bytes) {
    ByteBuf buffer = allocator.directBuffer(Math.max(1, bytes.length));
    channel.writeInbound(buffer.writeBytes(bytes));
    return received();
  }

  /** All that came back and was not read yet. */
  String received() {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      text.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  /** Lets deadlines strike: the loop sweeps four times a second. */
  String sweep() {
    channel.advanceTimeBy(1, java.util.concurrent.TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    return received();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Bytes of the guest's that are still held in buffers. */
  long usedMemory() {
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  /** Ends the connection and checks that nothing of it is left. */
  void finish() {
    channel.finishAndReleaseAll();
    channel.checkException();
    assertThat(usedMemory()).as("bytes in buffers that were not released").isZero();
  }

  /** A text of responses, one after the other, by their lengths; HEAD's have no body. */
  static List<String> responses(String text) {
    List<String> responses = new ArrayList<>();
    for (String rest = text; !rest.isEmpty(); ) {
      int headEnd = rest.indexOf("\r\n\r\n") + 4;
      assertThat(headEnd).as(rest).isGreaterThan(4);
      int length = headEnd;
      java.util.regex.Matcher matcher =
          java.util.regex.Pattern.compile("\r\nContent-Length: (\\d+)\r\n")
              .matcher(rest.substring(0, headEnd));
      if (matcher.find()) {
        length += Integer.parseInt(matcher.group(1));
      }
      assertThat(rest.length()).as(rest).isGreaterThanOrEqualTo(length);
      responses.add(rest.substring(0, length));
      rest = rest.substring(length);
    }
    return responses;
  }

  static int status(String response) {
    assertThat(response).startsWith("HTTP/1.1 ");
    return Integer.parseInt(response.substring(9, 12));
  }

  static String body(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  static String head(String response) {
    return response.substring(0, response.indexOf("\r\n\r\n") + 4);
  }
}
