package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.http.Tally.Last;
import io.tapmeta.proxy.http.Tally.Outcome;
import org.junit.jupiter.api.Test;

/** What an attachment keeps of the requests that came in by it. */
final class TallyTest extends OneGuest {
  private static final String HOSTNAME = "/latest/meta-data/hostname";

  @Test
  void whereNobodyHasAskedThereIsNoLastRequest() {
    assertThat(tally().last()).isEmpty();
    assertThat(tally().answered()).isZero();
    assertThat(tally().refused()).isZero();
  }

  @Test
  void theLastRequestIsKeptWithWhenItWas() {
    long before = System.nanoTime();
    guest.get(HOSTNAME);
    guest.get(HOSTNAME);
    assertThat(outcome()).isEqualTo(new Outcome("served", 200));
    assertThat(tally().last())
        .map(Last::nanos)
        .hasValueSatisfying(
            when -> assertThat(when - before).isBetween(0L, System.nanoTime() - before));
    assertThat(tally().answered()).isEqualTo(2);
  }

  @Test
  void whatTheGuestHasAlreadyIsAnAnswer() {
    String answer = guest.get(HOSTNAME);
    String tag = answer.replaceAll("(?s).*\r\nETag: ([^\r]*)\r\n.*", "$1");
    guest.send("GET %s HTTP/1.1\r\n%sIf-None-Match: %s\r\n\r\n".formatted(HOSTNAME, HOST, tag));
    assertThat(outcome()).isEqualTo(new Outcome("not_modified", 304));
    assertThat(tally().answered()).isEqualTo(2);
  }

  @Test
  void aRefusalIsCountedApartAndNamed() {
    guest.get(HOSTNAME);
    guest.get("/nothing");
    assertThat(outcome()).isEqualTo(new Outcome("unknown_path", 404));
    guest.send("nonsense\r\n\r\n");
    assertThat(outcome()).isEqualTo(new Outcome("malformed", 400));
    assertThat(tally().answered()).isOne();
    assertThat(tally().refused()).isEqualTo(2);
  }

  @Test
  void anotherAttachmentHasItsOwn() {
    Plug other = GuestNode.plug("other", hour());
    node.guest(other).get(HOSTNAME);
    assertThat(other.tally().refused()).isOne();
    assertThat(tally().last()).isEmpty();
  }

  /** What a backend says is written down without an object each time. */
  @Test
  void anOutcomeThatIsTheSameAgainIsTheSameObject() {
    Tally tally = new Tally();
    tally.forwarded(200, 1);
    Outcome first = tally.last().orElseThrow().outcome();
    tally.forwarded(200, 2);
    assertThat(tally.last().orElseThrow().outcome()).isSameAs(first);
    tally.forwarded(503, 3);
    assertThat(tally.last()).contains(new Last(new Outcome("forwarded", 503), 3));
    tally.turnedAway("connections", 4);
    assertThat(tally.last()).contains(new Last(new Outcome("connections", Tally.UNSAID), 4));
  }

  private Tally tally() {
    return node.plug().tally();
  }

  private Outcome outcome() {
    return tally().last().orElseThrow().outcome();
  }
}
