package io.tapmeta.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How far a guest has come in taking its answers, which tells a slow reader from one that takes
 * nothing. The kernel knows what has been acknowledged; what has not got as far as the kernel is
 * counted here.
 */
final class Takings {
  // From include/uapi/linux/tcp.h: struct tcp_info.
  private static final int IPPROTO_TCP = 6;
  private static final int INFO_BYTES = 148;
  private static final int UNACKED = 24;
  private static final int BYTES_ACKED = 120;
  private static final int NOTSENT_BYTES = 144;
  private static final RawUnixChannelOption TCP_INFO =
      new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, 11, INFO_BYTES);

  private long acknowledged;
  private long waiting;
  private boolean outstanding;

  /** Looks where the guest is now. */
  void mark(Channel channel) {
    look(channel);
  }

  /** True where the guest has something left to take, and took some since the last look. */
  boolean moved(Channel channel) {
    long acknowledgedBefore = acknowledged;
    long waitingBefore = waiting;
    look(channel);
    return outstanding && (acknowledged != acknowledgedBefore || waiting < waitingBefore);
  }

  /** Bytes that the kernel has not taken yet. */
  static long waiting(Channel channel) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes();
  }

  private void look(Channel channel) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    waiting = out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    outstanding = waiting > 0;
    // Writing may have found out that the guest is gone, of which nobody else has heard yet.
    ByteBuffer info = channel.isOpen() ? channel.config().getOption(TCP_INFO) : null;
    if (info != null && info.remaining() >= INFO_BYTES) {
      info.order(ByteOrder.nativeOrder());
      int at = info.position();
      acknowledged = info.getLong(at + BYTES_ACKED);
      outstanding |= info.getInt(at + UNACKED) != 0 || info.getInt(at + NOTSENT_BYTES) != 0;
    }
  }
}
