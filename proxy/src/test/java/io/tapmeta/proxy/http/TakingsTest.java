package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import org.junit.jupiter.api.Test;

/** How far a guest is with what it gets. */
class TakingsTest {
  /** A write that fails closes the socket at once, before anybody is told. */
  @Test
  void aGuestThatIsGoneHasNothingLeftToTake() {
    Epoll.ensureAvailability();
    EpollSocketChannel channel = new EpollSocketChannel();
    channel.unsafe().closeForcibly();
    Takings takings = new Takings();
    takings.mark(channel);
    assertThat(takings.moved(channel)).isFalse();
  }
}
