package io.tapmeta.proxy.wire;

import io.netty.channel.ChannelId;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells connections of this process apart. Netty's own tells those of all hosts apart, for which it
 * asks two clocks and a random generator.
 */
record ConnectionNumber(long number) implements ChannelId {
  private static final AtomicLong LAST = new AtomicLong();

  static ConnectionNumber next() {
    return new ConnectionNumber(LAST.incrementAndGet());
  }

  @Override
  public String asShortText() {
    return Long.toString(number);
  }

  @Override
  public String asLongText() {
    return asShortText();
  }

  @Override
  public int compareTo(ChannelId other) {
    return other instanceof ConnectionNumber that
        ? Long.compare(number, that.number)
        : asLongText().compareTo(other.asLongText());
  }
}
