package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxTest {
  private static final int LIMIT = 16 * 1024;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final Inbox inbox = new Inbox();

  @AfterEach
  void end() {
    inbox.clear();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  /** As many looks as lines and doublings, where there used to be one a byte. */
  @Test
  void aHeadThatComesByteByByteIsLookedAtNowAndThen() {
    String head = "GET / HTTP/1.1\r\n" + ("A: " + "b".repeat(155) + "\r\n").repeat(100);
    int looks = 0;
    long bytesLookedAt = 0;
    for (int i = 0; i < head.length(); i++) {
      inbox.add(allocator, segment(head.substring(i, i + 1)));
      if (inbox.isWorthReading(LIMIT)) {
        looks++;
        bytesLookedAt += inbox.size();
        inbox.tried();
      }
    }
    assertThat(inbox.bytes().toString(StandardCharsets.US_ASCII)).isEqualTo(head);
    assertThat(looks).isLessThan(120);
    assertThat(bytesLookedAt).isLessThan(60L * head.length());
  }

  @Test
  void aHeadWithoutLinesIsLookedAtAsItDoublesAndAtItsLimit() {
    int looks = 0;
    for (int i = 0; i < LIMIT; i++) {
      inbox.add(allocator, segment("a"));
      if (inbox.isWorthReading(LIMIT)) {
        looks++;
        inbox.tried();
      }
    }
    assertThat(looks).isEqualTo(15);
  }

  @Test
  void memoryIsGivenBackOnceAllIsRead() {
    inbox.add(allocator, allocator.directBuffer(64 * 1024).writeBytes(new byte[10]));
    inbox.bytes().skipBytes(10);
    inbox.settle(allocator);
    assertThat(inbox.capacity()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void aFewBytesDoNotKeepABufferThatIsMuchLarger() {
    inbox.add(allocator, allocator.directBuffer(64 * 1024).writeBytes(new byte[10]));
    inbox.settle(allocator);
    assertThat(inbox.capacity()).isEqualTo(10);
    assertThat(inbox.size()).isEqualTo(10);
  }

  private ByteBuf segment(String text) {
    return allocator.directBuffer(2048).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
