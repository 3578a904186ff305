package io.tapmeta.proxy.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams as the kernel writes them, and as it never would. */
class LinkMessagesTest {
  private static final int NEW = 16;
  private static final int GONE = 17;
  private static final int ADDRESS_CHANGE = 20;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_IFNAME = 3;

  private final ByteBuffer datagram = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

  @Test
  void linksThatComeAndGoAreNamedInOrder() {
    message(NEW, IFLA_IFNAME, "tap1");
    message(GONE, IFLA_IFNAME, "fifteen-letters");
    assertThat(names()).containsExactly("tap1", "fifteen-letters");
  }

  @Test
  void theNameIsFoundBehindOtherAttributes() {
    int start = begin(NEW);
    attribute(IFLA_MTU, new byte[] {0, 0, 5, -36});
    attribute(7, new byte[] {1, 2, 3, 4, 5});
    attribute(IFLA_IFNAME, terminated("tap2"));
    end(start);
    assertThat(names()).containsExactly("tap2");
  }

  @Test
  void otherMessagesAreNothing() {
    message(ADDRESS_CHANGE, IFLA_IFNAME, "tap1");
    message(NEW, IFLA_MTU, "tap1");
    assertThat(names()).isEmpty();
  }

  @Test
  void whatIsCutOrHasLengthsWithoutSenseEndsTheReading() {
    message(NEW, IFLA_IFNAME, "tap1");
    int whole = datagram.position();
    for (int cut = 0; cut < whole; cut++) {
      assertThat(names(cut)).isEmpty();
    }
    datagram.putInt(0, 3);
    assertThat(names()).isEmpty();
    datagram.putInt(0, -1);
    assertThat(names()).isEmpty();
    datagram.putInt(0, whole).putShort(32, (short) 0);
    assertThat(names()).isEmpty();
  }

  private void message(int type, int attribute, String text) {
    int start = begin(type);
    attribute(attribute, terminated(text));
    end(start);
  }

  private int begin(int type) {
    int start = datagram.position();
    datagram.putInt(0).putShort((short) type).putShort((short) 0).putInt(0).putInt(0);
    datagram.put(new byte[16]);
    return start;
  }

  private void attribute(int type, byte[] value) {
    datagram.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    datagram.position(datagram.position() + 3 & ~3);
  }

  private void end(int start) {
    datagram.putInt(start, datagram.position() - start);
  }

  private static byte[] terminated(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  private List<String> names() {
    return names(datagram.position());
  }

  private List<String> names(int length) {
    List<String> names = new ArrayList<>();
    LinkMessages.names(MemorySegment.ofArray(Arrays.copyOf(datagram.array(), length)), names::add);
    return names;
  }
}
