package io.tapmeta.proxy.listen;

/**
 * Options of listening sockets that neither Java nor Netty has names for, from include/uapi/linux/in.h,
 * linux/tcp.h and asm-generic/socket.h.
 */
final class SocketOption {
  static final int IPPROTO_IP = 0;
  static final int IP_FREEBIND = 15;
  static final int IP_TRANSPARENT = 19;

  static final int IPPROTO_TCP = 6;
  static final int TCP_SAVE_SYN = 27;

  /** Of {@link #TCP_SAVE_SYN}: keep the link layer's header too, in which the source MAC is. */
  static final int WITH_LINK_HEADER = 2;

  static final int SOL_SOCKET = 1;
  static final int SO_BINDTODEVICE = 25;
  static final int SO_ATTACH_FILTER = 26;

  /** Bytes of an interface's name, with the zero at its end. */
  static final int IFNAMSIZ = 16;

  private SocketOption() {}
}
