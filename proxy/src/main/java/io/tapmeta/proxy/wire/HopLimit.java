package io.tapmeta.proxy.wire;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/**
 * How many hops a socket's packets may take: TTL or hop limit, by the socket's family. From
 * include/uapi/linux/in.h and linux/in6.h.
 */
final class HopLimit {
  private static final int IPPROTO_IP = 0;
  private static final int IP_TTL = 2;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_UNICAST_HOPS = 16;

  private HopLimit() {}

  /**
   * Puts it in force for what is sent from now on.
   *
   * @param hops from 1 to 255; -1 for as many as the socket's namespace says
   */
  static void set(Socket socket, boolean ipv6, int hops) throws IOException {
    try {
      if (ipv6) {
        socket.setIntOpt(IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops);
      } else {
        socket.setIntOpt(IPPROTO_IP, IP_TTL, hops);
      }
    } catch (ChannelException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
