package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration.Limits;
import org.junit.jupiter.api.Test;

/** How long a guest may take to say something, and to take what is said to it. */
class ConnectionDeadlinesTest extends OneGuest {
  @Test
  void aConnectionThatIdlesTooLongIsClosedInSilence() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(hour(), nano(), 65_536)));
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    assertThat(guest.sweep()).isEmpty();
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void aConnectionOnWhichNothingEverComesIsClosedInSilence() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(nano(), hour(), 65_536)));
    GuestChannel silent = node.guest();
    assertThat(guest.sweep()).isEmpty();
    assertThat(silent.received()).isEmpty();
    assertThat(silent.isOpen()).isFalse();
  }

  @Test
  void aHeadThatDoesNotEndInTimeIsRefused() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(nano(), hour(), 65_536)));
    GuestChannel slow = node.guest();
    assertThat(slow.send("GET / HT")).isEmpty();
    guest.sweep();
    String response = slow.received();
    assertThat(status(response)).isEqualTo(408);
    assertThat(slow.isOpen()).isFalse();
    assertThat(node.count("tapmeta.requests", "api", "other", "outcome", "head_timeout")).isOne();
  }

  /** The time for a head runs from its first byte, whatever came on the connection before. */
  @Test
  void theHeadOfALaterRequestHasToEndInTimeToo() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(nano(), hour(), 65_536)));
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    assertThat(guest.send("GET / HT")).isEmpty();
    assertThat(guest.sweep()).startsWith("HTTP/1.1 408 ");
  }

  /** A request that begins late in the idle time is not cut off with it. */
  @Test
  void aHeadThatHasBegunIsNotIdle() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(hour(), nano(), 65_536)));
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    assertThat(guest.send("GET /openstack HT")).isEmpty();
    assertThat(guest.sweep()).isEmpty();
    assertThat(status(guest.send("TP/1.1\r\n" + HOST + "\r\n"))).isEqualTo(200);
  }

  @Test
  void aRefusalAfterAHeadRequestHasItsBody() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(hour(), hour(), 65_536)));
    guest.send("HEAD /openstack HTTP/1.1\r\n" + HOST + "\r\n");
    guest.send("GET / HT");
    guest.connection().expire();
    assertThat(guest.received()).endsWith("\r\n\r\nRequest Timeout\n");
  }

  @Test
  void aBodyThatDoesNotEndInTimeIsRefused() {
    Limits quick = new Limits(8192, 100, 16_384, 65_536, hour(), nano(), hour(), hour(), 32);
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, quick));
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\n123456789");
    String response = guest.sweep();
    assertThat(status(response)).isEqualTo(408);
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "body_timeout"))
        .isOne();
  }

  /** It sends without end and takes nothing: what is not read yet may not grow without end too. */
  @Test
  void aGuestThatTakesNoAnswersIsNotReadFrom() {
    writable(guest, false);
    for (int i = 0; i < 2000 && guest.channel().config().isAutoRead(); i++) {
      guest.send(request("/openstack"));
    }
    assertThat(guest.channel().config().isAutoRead()).isFalse();
    writable(guest, true);
    assertThat(guest.received()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(guest.channel().config().isAutoRead()).isTrue();
  }

  @Test
  void aGuestThatTakesNothingForTooLongIsCutOffEvenIfItSendsOn() {
    Limits impatient = new Limits(8192, 100, 16_384, 65_536, hour(), hour(), hour(), nano(), 32);
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, impatient));
    writable(guest, false);
    guest.send(request("/openstack"));
    guest.sweep();
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void answersGoOnWhenThereIsRoomAgain() {
    writable(guest, false);
    assertThat(guest.send(request("/latest/meta-data/ami-launch-index"))).isEmpty();
    writable(guest, true);
    assertThat(body(guest.received())).isEqualTo("2");
  }

  /** What is waited for then is its next request: the time to take answers is not counted on. */
  @Test
  void aGuestThatHasTakenItsAnswersAfterAllIsNotCutOffForHavingBeenSlow() {
    Limits impatient = new Limits(8192, 100, 16_384, 65_536, hour(), hour(), hour(), nano(), 32);
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, impatient));
    writable(guest, false);
    guest.send(request("/openstack"));
    writable(guest, true);
    assertThat(guest.received()).startsWith("HTTP/1.1 200 OK\r\n");
    guest.sweep();
    assertThat(guest.isOpen()).isTrue();
  }
}
