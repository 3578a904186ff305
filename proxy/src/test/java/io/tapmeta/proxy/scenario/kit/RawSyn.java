package io.tapmeta.proxy.scenario.kit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tapmeta.proxy.kernel.NetworkNamespaces;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The first segment of a connection to the metadata service in a frame of the test's own making, as a
 * guest may send it past its kernel.
 *
 * @param tags what stands between the MACs and the packet, in hexadecimal; empty for nothing
 * @param port that it comes from
 */
public record RawSyn(String fromMac, String toMac, String tags, String address, int port) {
  // From include/linux/socket.h and include/uapi/linux/if_packet.h.
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOCKADDR_LL_BYTES = 20;

  private static final int TCP = 6;
  private static final int SYN = 0x5002;
  private static final int HEADER_BYTES = 20;

  /** Sends it by {@code eth0} of the guest. */
  public void send(Guest guest) {
    guest.namespace().inside("raw-syn", this::send).join();
  }

  private void send() {
    try (Arena arena = Arena.ofConfined()) {
      byte[] frame = bytes();
      int socket =
          (int)
              call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT).invoke(AF_PACKET, SOCK_RAW, 0);
      MemorySegment to = arena.allocate(SOCKADDR_LL_BYTES, 4);
      to.set(JAVA_SHORT, 0, (short) AF_PACKET);
      to.set(JAVA_INT, 4, NetworkNamespaces.interfaceIndex("eth0"));
      MemorySegment from = arena.allocate(frame.length);
      from.copyFrom(MemorySegment.ofArray(frame));
      long sent =
          (long)
              call("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT)
                  .invoke(socket, from, (long) frame.length, 0, to, SOCKADDR_LL_BYTES);
      int closed = (int) call("close", JAVA_INT, JAVA_INT).invoke(socket);
      if (sent != frame.length || closed != 0) {
        throw new AssertionError("a raw frame was not sent: " + this);
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private byte[] bytes() throws UnknownHostException {
    byte[] source = InetAddress.getByName(address).getAddress();
    byte[] destination = InetAddress.getByName(Guest.METADATA).getAddress();
    ByteBuffer packet = ByteBuffer.allocate(2 * HEADER_BYTES).order(ByteOrder.BIG_ENDIAN);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) (2 * HEADER_BYTES)).putInt(0x4000);
    packet.put((byte) 64).put((byte) TCP).putShort((short) 0).put(source).put(destination);
    packet.putShort(10, checksum(packet, 0, HEADER_BYTES, 0));
    packet.putShort((short) port).putShort((short) 80).putInt(1).putInt(0);
    packet.putShort((short) SYN).putShort((short) 0xffff).putInt(0);
    // The pseudo header: both addresses as they stand before the segment, protocol and length.
    packet.putShort(36, checksum(packet, 12, 2 * HEADER_BYTES, TCP + HEADER_BYTES));
    return HexFormat.of()
        .parseHex(
            (toMac + fromMac).replace(":", "")
                + tags
                + "0800"
                + HexFormat.of().formatHex(packet.array()));
  }

  private static short checksum(ByteBuffer packet, int from, int to, int more) {
    int sum = more;
    for (int at = from; at < to; at += 2) {
      sum += packet.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }
}
