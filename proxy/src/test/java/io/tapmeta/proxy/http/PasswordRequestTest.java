package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.Instances;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section D.4 of the Nova contract, without a backend. */
class PasswordRequestTest extends OneGuest {
  private static final String PATH = "/openstack/2013-10-17/password";

  @Test
  void oneThatIsUnsetIsEmpty() {
    String response = guest.get(PATH);
    assertThat(status(response)).isEqualTo(200);
    assertThat(head(response)).contains("\r\nContent-Type: text/html; charset=UTF-8\r\n");
    assertThat(body(response)).isEmpty();
  }

  @Test
  void oneThatWasPostedIsReadableAtOnceInEveryVersion() {
    assertThat(status(post("secret"))).isEqualTo(200);
    assertThat(body(guest.get(PATH))).isEqualTo("secret");
    assertThat(body(guest.get("/openstack/latest/password"))).isEqualTo("secret");
    assertThat(body(node.guest().get("/openstack/2013-04-04/password"))).isEqualTo("secret");
  }

  @Test
  void itSurvivesARestart() {
    post("secret");
    node.close();
    node = GuestNode.serving(temp);
    assertThat(body(node.guest().get(PATH))).isEqualTo("secret");
  }

  @Test
  void aSecondOneIsRefusedAndTheFirstStays() {
    post("first");
    String response = post("second");
    assertThat(status(response)).isEqualTo(409);
    assertThat(guest.isOpen()).isTrue();
    assertThat(body(guest.get(PATH))).isEqualTo("first");
  }

  @Test
  void anEmptyOneLeavesItUnset() {
    assertThat(status(post(""))).isEqualTo(200);
    assertThat(status(post("later"))).isEqualTo(200);
    assertThat(body(guest.get(PATH))).isEqualTo("later");
  }

  @Test
  void theLongestIsAThousandAndTwentyBytes() {
    assertThat(status(post("x".repeat(1021)))).isEqualTo(400);
    assertThat(guest.isOpen()).isTrue();
    assertThat(body(guest.get(PATH))).isEmpty();
    // Characters of two bytes, in bytes and in Latin-1 as the test sends them.
    String umlauts =
        new String("ü".repeat(510).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(status(post(umlauts))).isEqualTo(200);
    assertThat(body(guest.get(PATH))).isEqualTo(umlauts);
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    assertThat(status(post("\u00ff\u00fe"))).isEqualTo(400);
    assertThat(body(guest.get(PATH))).isEmpty();
  }

  @Test
  void chunksAreTakenHoweverTheyAreSplit() {
    String text =
        "POST "
            + PATH
            + " HTTP/1.1\r\n"
            + HOST
            + "Transfer-Encoding: chunked\r\n\r\n3\r\nsec\r\n003\r\nret\r\n0\r\n\r\n";
    Random random = new Random(5);
    for (int i = 0; i < 30; i++) {
      StringBuilder answers = new StringBuilder();
      for (int from = 0; from < text.length(); ) {
        int to = Math.min(text.length(), from + 1 + random.nextInt(i == 0 ? 1 : 20));
        answers.append(guest.send(text.substring(from, to)));
        from = to;
      }
      node.passwordsDone();
      answers.append(guest.received());
      assertThat(status(answers.toString())).isEqualTo(i == 0 ? 200 : 409);
      assertThat(body(guest.get(PATH))).isEqualTo("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3;x=y\r\nsec\r\n0\r\n\r\n",
        "3 \r\nsec\r\n0\r\n\r\n",
        "0x3\r\nsec\r\n0\r\n\r\n",
        "-3\r\nsec\r\n0\r\n\r\n",
        "+3\r\nsec\r\n0\r\n\r\n",
        "\r\nsec\r\n0\r\n\r\n",
        "g\r\nsec\r\n0\r\n\r\n",
        "3\nsec\r\n0\r\n\r\n",
        "3\r\nsec\n0\r\n\r\n",
        "3\r\nsecret\r\n0\r\n\r\n",
        "3\r\nsec\r\n0\r\nTrailer: x\r\n\r\n",
        "3\r\nsec\r\n0\r\n\n",
        "000000003\r\nsec\r\n0\r\n\r\n",
        "3;"
      })
  void chunksThatAreNotPlainAreRefused(String body) {
    String response =
        guest.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\n\r\n"
                + body
                + "            ");
    assertThat(status(response)).isEqualTo(400);
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void chunksThatAddUpToTooMuchAreRefused() {
    String response =
        guest.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n");
    assertThat(status(response)).isEqualTo(413);
    assertThat(guest.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "HEAD", "DELETE", "OPTIONS", "PATCH"})
  void anyOtherMethodIsRefused(String method) {
    String response = guest.send(method + " " + PATH + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(status(response)).isEqualTo(400);
    assertThat(guest.isOpen()).isTrue();
  }

  @Test
  void itIsNotThereInTheFirstVersion() {
    assertThat(status(guest.get("/openstack/2012-08-10/password"))).isEqualTo(404);
  }

  @Test
  void whoseItIsDependsOnWhoAsks() {
    post("mine");
    node.publish(
        Instances.full(),
        Instances.read(
            """
            {"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e12", "name": "db",
             "ports": [{"mac": "fa:16:3e:00:00:02", "tap": "tap-db"}]}
            """));
    GuestChannel other =
        node.guest(GuestNode.plug("tap-db", java.time.Duration.ofHours(1)), "fa:16:3e:00:00:02");
    assertThat(body(other.get(PATH))).isEmpty();
  }

  @Test
  void aGuestThatGoesBeforeItIsKeptLeavesNothingBehind() {
    guest.send("POST " + PATH + " HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
    guest.channel().close().syncUninterruptibly();
    node.passwordsDone();
    assertThat(guest.received()).isEmpty();
    assertThat(node.loop().connectionCount()).isZero();
  }

  @Test
  void whatFollowsIsAnsweredAfterIt() {
    String next = "GET " + PATH + " HTTP/1.1\r\n" + HOST + "\r\n";
    assertThat(
            guest.send(
                "POST " + PATH + " HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc" + next))
        .isEmpty();
    node.passwordsDone();
    assertThat(GuestChannel.responses(guest.received()))
        .extracting(GuestChannel::body)
        .containsExactly("", "abc");
  }

  private String post(String password) {
    String early =
        guest.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\n"
                + HOST
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + password.length()
                + "\r\n\r\n"
                + password);
    node.passwordsDone();
    return early + guest.received();
  }
}
