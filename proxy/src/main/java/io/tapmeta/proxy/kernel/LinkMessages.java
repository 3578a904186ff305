package io.tapmeta.proxy.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The names in a datagram of rtnetlink's link group: RTM_NEWLINK and RTM_DELLINK messages.
 *
 * <pre>
 *   nlmsghdr: length 4, type 2, flags 2, sequence 4, port 4 │ ifinfomsg: 16 │ attributes …
 *   attribute: length 2, type 2, value, padding to 4
 * </pre>
 */
final class LinkMessages {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int MESSAGE_HEADER = 16;
  private static final int LINK_HEADER = 16;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int IFLA_IFNAME = 3;

  private LinkMessages() {}

  /** Hands each name to {@code sink}; stops where a length makes no sense. */
  static void names(MemorySegment datagram, Consumer<String> sink) {
    long at = 0;
    while (at + MESSAGE_HEADER <= datagram.byteSize()) {
      long length = datagram.get(INT, at) & 0xffff_ffffL;
      if (length < MESSAGE_HEADER || at + length > datagram.byteSize()) {
        return;
      }
      int type = datagram.get(SHORT, at + 4);
      if (type == RTM_NEWLINK || type == RTM_DELLINK) {
        name(datagram.asSlice(at, length), sink);
      }
      at += aligned(length);
    }
  }

  private static void name(MemorySegment message, Consumer<String> sink) {
    long at = MESSAGE_HEADER + LINK_HEADER;
    while (at + ATTRIBUTE_HEADER <= message.byteSize()) {
      int length = message.get(SHORT, at) & 0xffff;
      if (length < ATTRIBUTE_HEADER || at + length > message.byteSize()) {
        return;
      }
      if (message.get(SHORT, at + 2) == IFLA_IFNAME) {
        byte[] text =
            message
                .asSlice(at + ATTRIBUTE_HEADER, length - ATTRIBUTE_HEADER)
                .toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < text.length && text[end] != 0) {
          end++;
        }
        sink.accept(new String(text, 0, end, StandardCharsets.UTF_8));
        return;
      }
      at += aligned(length);
    }
  }

  private static long aligned(long length) {
    return length + 3 & ~3L;
  }
}
