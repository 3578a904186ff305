package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.responses;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.document.Instances;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A request waits for a record that is on its way, for so long and no longer. */
@ExtendWith(NoLeaks.class)
class HeldRequestTest {
  private static final String PATH = "/latest/meta-data/hostname";
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration MOMENT = Duration.ofNanos(1);

  @TempDir Path temp;
  private GuestNode node;

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void nobodyIsAnsweredBeforeTheRecordsWereRead() {
    node = node(LONG, LONG, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    assertThat(guest.isOpen()).isTrue();
    node.publish(Instances.full());
    assertThat(body(guest.received())).isEqualTo("web-1.novalocal");
  }

  @Test
  void aGuestJustPluggedInWaitsForItsRecord() {
    node = node(LONG, Duration.ZERO, 32);
    node.publish();
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.publish();
    assertThat(guest.received()).isEmpty();
    node.publish(Instances.full());
    assertThat(body(guest.received())).isEqualTo("web-1.novalocal");
    assertThat(status(guest.get(PATH))).isEqualTo(200);
  }

  @Test
  void aGuestPluggedInLongAgoDoesNotWait() {
    node = node(Duration.ofSeconds(8), LONG, 32);
    node.publish();
    assertThat(status(node.guest().get(PATH))).isEqualTo(404);
  }

  /** It was held because nobody could say; now it can be said that nobody claims the port. */
  @Test
  void aHeldRequestOfAnUnknownGuestIsAnsweredOnceTheRecordsAreRead() {
    node = node(Duration.ofMinutes(30), LONG, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.publish();
    assertThat(status(guest.received())).isEqualTo(404);
  }

  @Test
  void aHoldEndsWithComeBackLater() {
    node = node(MOMENT, LONG, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    String response = guest.sweep();
    assertThat(status(response)).isEqualTo(503);
    assertThat(head(response)).contains("\r\nRetry-After: 1\r\n").doesNotContain("Connection:");
    assertThat(guest.isOpen()).isTrue();
    assertThat(node.count("tapmeta.requests", "api", "ec2", "outcome", "record_not_ready")).isOne();
    node.publish(Instances.full());
    assertThat(guest.received()).isEmpty();
    assertThat(body(guest.get(PATH))).isEqualTo("web-1.novalocal");
  }

  @Test
  void aConflictEndsTheHoldToo() {
    node = node(LONG, Duration.ZERO, 32);
    node.publish();
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.publish(Instances.full(), Instances.with("\"name\": \"twin\""));
    assertThat(status(guest.received())).isEqualTo(404);
  }

  @Test
  void placesAreLimitedForAllConnectionsOfAPlug() {
    node = node(LONG, Duration.ZERO, 2);
    List<GuestChannel> guests = List.of(node.guest(), node.guest(), node.guest());
    assertThat(guests.get(0).get(PATH)).isEmpty();
    assertThat(guests.get(1).get(PATH)).isEmpty();
    String refused = guests.get(2).get(PATH);
    assertThat(status(refused)).isEqualTo(503);
    assertThat(head(refused)).contains("\r\nRetry-After: 1\r\n");
    GuestChannel neighbour = node.guest(GuestNode.plug("tap-other", Duration.ZERO));
    assertThat(neighbour.get(PATH)).isEmpty();
  }

  @Test
  void aPlaceIsFreeAgainAfterAnAnswerAnExpiryOrAGuestThatGoes() {
    node = node(MOMENT, LONG, 1);
    GuestChannel first = node.guest();
    assertThat(first.get(PATH)).isEmpty();
    assertThat(status(first.sweep())).isEqualTo(503);
    GuestChannel second = node.guest();
    assertThat(second.get(PATH)).isEmpty();
    second.channel().close().syncUninterruptibly();
    GuestChannel third = node.guest();
    assertThat(third.get(PATH)).isEmpty();
    node.publish(Instances.full());
    assertThat(status(third.received())).isEqualTo(200);
    assertThat(node.plug().tryHold(1)).isTrue();
  }

  @Test
  void noPlaceMeansNoHolding() {
    node = node(LONG, Duration.ZERO, 0);
    assertThat(status(node.guest().get(PATH))).isEqualTo(503);
  }

  @Test
  void unpluggingEndsAHeldRequestWithoutAnAnswer() {
    node = node(LONG, Duration.ZERO, 1);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.loop().unplug(node.plug());
    assertThat(guest.received()).isEmpty();
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.plug().tryHold(1)).isTrue();
  }

  @Test
  void aRecordDoesNotAnswerTheRequestsOfAnEarlierPlug() {
    node = node(LONG, Duration.ZERO, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.loop().unplug(node.plug());
    node.publish(Instances.full());
    assertThat(guest.received()).isEmpty();
  }

  @Test
  void drainingAnswersAHeldRequestAndSaysThatItWasTheLast() {
    node = node(LONG, Duration.ZERO, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.loop().drain();
    assertThat(guest.isOpen()).isTrue();
    node.publish(Instances.full());
    assertThat(head(guest.received())).contains("\r\nConnection: close\r\n");
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void stoppingTellsAHeldGuestToComeBackLater() {
    node = node(LONG, Duration.ZERO, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    node.loop().drain();
    node.loop().stop();
    assertThat(head(guest.received()))
        .startsWith("HTTP/1.1 503 ")
        .contains("\r\nRetry-After: 1\r\n", "\r\nConnection: close\r\n");
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void whatFollowsAHeldRequestIsAnsweredAfterIt() {
    node = node(LONG, Duration.ZERO, 32);
    GuestChannel guest = node.guest();
    String next = "GET /latest/meta-data/ami-launch-index HTTP/1.1\r\n" + HOST + "\r\n";
    assertThat(guest.send("GET " + PATH + " HTTP/1.1\r\n" + HOST + "\r\n" + next)).isEmpty();
    node.publish(Instances.full());
    assertThat(responses(guest.received()))
        .extracting(GuestChannel::body)
        .containsExactly("web-1.novalocal", "2");
  }

  @Test
  void aHeldGuestThatSendsOnIsNotReadFromBeyondOneHead() {
    node = node(LONG, Duration.ZERO, 32);
    GuestChannel guest = node.guest();
    assertThat(guest.get(PATH)).isEmpty();
    String next = "GET /latest/meta-data/ami-launch-index HTTP/1.1\r\n" + HOST + "\r\n";
    int sent = 0;
    while (guest.channel().config().isAutoRead() && sent < 1000) {
      guest.send(next);
      sent++;
    }
    assertThat(sent * next.length()).isBetween(16_384, 20_000);
    node.publish(Instances.full());
    assertThat(responses(guest.received())).hasSize(1 + sent);
    assertThat(guest.channel().config().isAutoRead()).isTrue();
  }

  @Test
  void aHeldHeadRequestIsAnsweredWithoutABody() {
    node = node(LONG, Duration.ZERO, 32);
    GuestChannel guest = node.guest();
    guest.send("HEAD " + PATH + " HTTP/1.1\r\n" + HOST + "\r\n");
    node.publish(Instances.full());
    assertThat(body(guest.received())).isEmpty();
  }

  @Test
  void refusalsOfTheRequestItselfDoNotWait() {
    node = node(LONG, Duration.ZERO, 32);
    assertThat(status(node.guest().send("GET / HTTP/2.0\r\n"))).isEqualTo(505);
    assertThat(status(node.guest().send("TRACE / HTTP/1.1\r\n" + HOST + "\r\n"))).isEqualTo(405);
    assertThat(status(node.guest().send("GET /%ff HTTP/1.1\r\n" + HOST + "\r\n"))).isEqualTo(400);
  }

  private GuestNode node(Duration hold, Duration sincePlugged, int places) {
    Limits defaults = GuestNode.LIMITS;
    Limits limits =
        new Limits(
            defaults.requestLine(),
            defaults.headers(),
            defaults.head(),
            defaults.body(),
            LONG,
            LONG,
            LONG,
            LONG,
            places);
    return new GuestNode(temp, GuestNode.settings(hold, limits), sincePlugged);
  }
}
