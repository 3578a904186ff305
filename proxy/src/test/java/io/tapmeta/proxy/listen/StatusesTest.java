package io.tapmeta.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.listen.AttachmentStatus.State;
import org.junit.jupiter.api.Test;

class StatusesTest {
  private final Statuses statuses = new Statuses();

  @Test
  void anAttachmentCountsInTheStateThatItIsInNow() {
    put("a", State.FAILED);
    put("b", State.LISTENING);
    put("a", State.LISTENING);
    assertThat(statuses.count(State.LISTENING)).isEqualTo(2);
    assertThat(statuses.count(State.FAILED)).isZero();
    put("b", State.LISTENING);
    assertThat(statuses.count(State.LISTENING)).isEqualTo(2);
  }

  @Test
  void oneThatIsGoneCountsNoMore() {
    put("a", State.REJECTED);
    statuses.remove("a");
    statuses.remove("never there");
    assertThat(statuses.count(State.REJECTED)).isZero();
    assertThat(statuses.all()).isEmpty();
    assertThat(statuses.named("a")).isNull();
  }

  private void put(String name, State state) {
    statuses.put(new AttachmentStatus(name, state, name, "", ""));
  }
}
