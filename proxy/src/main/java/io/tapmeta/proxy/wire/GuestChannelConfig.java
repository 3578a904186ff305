package io.tapmeta.proxy.wire;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The options of a guest's channel: Netty's own, SO_LINGER, and whatever raw ones can be read. A
 * connection that has ended has none of the kernel's any more, which is no error.
 */
final class GuestChannelConfig extends DefaultChannelConfig {
  /** Asked by nobody: a guest's channel knows itself how much it reads. Netty's own is one each. */
  private static final FixedRecvByteBufAllocator READS =
      new FixedRecvByteBufAllocator(LoopMemory.READ_BYTES);

  private final GuestChannel guest;

  GuestChannelConfig(GuestChannel guest) {
    super(guest, READS);
    this.guest = guest;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // As the option itself is typed.
  public <T> @Nullable T getOption(ChannelOption<T> option) {
    if (!(option instanceof RawUnixChannelOption raw)) {
      return super.getOption(option);
    }
    ByteBuffer value = ByteBuffer.allocate(raw.length());
    try {
      guest.descriptor().socket().getRawOpt(raw.level(), raw.optname(), value);
    } catch (IOException | ChannelException _) {
      return null;
    }
    return (T) value.flip();
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    if (option != ChannelOption.SO_LINGER) {
      return super.setOption(option, value);
    }
    try {
      guest.descriptor().socket().setSoLinger((Integer) value);
      return true;
    } catch (IOException | ChannelException _) {
      return false;
    }
  }

  @Override
  protected void autoReadCleared() {
    guest.await();
  }
}
