package io.tapmeta.resolver.ingress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The frame of a connection's SYN as {@code TCP_SAVED_SYN} hands it over when {@code TCP_SAVE_SYN}
 * was set to 2 on the listener: Ethernet, IP and TCP headers.
 *
 * <pre>
 *   0        6        12     14
 *   +--------+--------+------+------------------+-----------+
 *   | to MAC | from   | type | IPv4/IPv6 header | TCP header|
 *   +--------+--------+------+------------------+-----------+
 * </pre>
 */
public final class SavedSyn {
  /** The longest: Ethernet 14, IPv4 with all its options 60 (more than IPv6's 40), TCP 60. */
  public static final int MAX_BYTES = 14 + 60 + 60;

  private static final int SOURCE_OFFSET = 6;
  private static final int TYPE_OFFSET = 12;
  private static final int HEADER_BYTES = 14;
  private static final int IPV4_SOURCE = 12;
  private static final int IPV6_SOURCE = 8;
  private static final short IPV4 = 0x0800;
  private static final short IPV6 = (short) 0x86dd;

  private SavedSyn() {}

  /** The source address of the packet in the frame; empty where {@link #sourceMac} would be. */
  public static Optional<InetAddress> sourceAddress(ByteBuffer frame) {
    if (sourceMac(frame).isEmpty()) {
      return Optional.empty();
    }
    boolean ipv4 = frame.getShort(frame.position() + TYPE_OFFSET) == IPV4;
    int offset = HEADER_BYTES + (ipv4 ? IPV4_SOURCE : IPV6_SOURCE);
    byte[] address = new byte[ipv4 ? 4 : 16];
    if (frame.remaining() < offset + address.length) {
      return Optional.empty();
    }
    frame.get(frame.position() + offset, address);
    try {
      return Optional.of(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes or sixteen are an address", e);
    }
  }

  /**
   * The source MAC of the frame. Empty where the kernel kept no frame (a handshake completed by SYN
   * cookie leaves the buffer untouched) or the frame is not plain Ethernet with IP in it.
   */
  public static Optional<MacAddress> sourceMac(ByteBuffer frame) {
    int start = frame.position();
    if (frame.remaining() < HEADER_BYTES) {
      return Optional.empty();
    }
    short type = frame.getShort(start + TYPE_OFFSET);
    if (type != IPV4 && type != IPV6) {
      return Optional.empty();
    }
    long bits =
        (frame.getShort(start + SOURCE_OFFSET) & 0xffffL) << 32
            | frame.getInt(start + SOURCE_OFFSET + 2) & 0xffff_ffffL;
    return bits == 0 ? Optional.empty() : Optional.of(new MacAddress(bits));
  }
}
