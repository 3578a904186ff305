package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.upstream.RawGuest.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests when backends refuse, break off or hang. */
@Timeout(60)
class FailoverTest {
  @TempDir Path directory;

  @Test
  void aRefusedConnectionMeansComeBackLater() throws Exception {
    try (MisbehavingBackend dead = MisbehavingBackend.dead();
        UpstreamDesk desk = plan(dead).open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 3; i++) {
        Answer answer = guest.get(ANY);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.only("Retry-After")).contains("1");
      }
      assertThat(desk.failures(UpstreamFailure.UNREACHABLE)).isEqualTo(3);
    }
  }

  @Test
  void aBackendThatComesBackIsFoundByItself() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("well");
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      backend.die();
      assertThat(guest.get(ANY).status()).isEqualTo(503);
      backend.revive();
      await().until(() -> guest.get(ANY).status() == 200);
    }
  }

  @Test
  void aNameThatCannotBeResolvedIsLikeARefusal() throws Exception {
    try (UpstreamDesk desk = plan().endpoint("http://no-such-host.invalid:8775").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(503);
    }
  }

  @Test
  void theOtherEndpointAnswersForOneThatIsDead() throws Exception {
    try (MisbehavingBackend dead = MisbehavingBackend.dead();
        MisbehavingBackend alive = MisbehavingBackend.saying("alive");
        UpstreamDesk desk = plan(dead, alive).open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 20; i++) {
        assertThat(guest.get(ANY).text()).isEqualTo("alive");
        assertThat(guest.post(ANY, "body " + i).text()).isEqualTo("alive");
      }
      assertThat(alive.requests()).hasSize(40);
    }
  }

  @Test
  void theOtherEndpointAnswersForOneThatBreaksOff() throws Exception {
    try (MisbehavingBackend bad = MisbehavingBackend.of(MisbehavingBackend.Talk::reset);
        MisbehavingBackend good = MisbehavingBackend.saying("good");
        UpstreamDesk desk = plan(bad, good).open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 20; i++) {
        assertThat(guest.get(ANY).text()).isEqualTo("good");
      }
      assertThat(good.requests()).hasSize(20);
      bad.script(talk -> talk.answer(200, "good, too"));
      await().until(() -> guest.get(ANY).text().equals("good, too"));
    }
  }

  @Test
  void whatMayHaveArrivedIsNotPostedTwice() throws Exception {
    try (MisbehavingBackend bad = MisbehavingBackend.of(MisbehavingBackend.Talk::reset);
        MisbehavingBackend alsoBad = MisbehavingBackend.of(MisbehavingBackend.Talk::close);
        UpstreamDesk desk = plan(bad, alsoBad).open();
        RawGuest guest = desk.guest()) {
      for (int i = 1; i <= 6; i++) {
        assertThat(guest.post(ANY, "once").status()).isEqualTo(502);
        assertThat(bad.requests().size() + alsoBad.requests().size()).isEqualTo(i);
      }
    }
  }

  @Test
  void postsNeverTravelOnConnectionsThatMayBeStale() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  if (answered.incrementAndGet() % 2 == 1) {
                    talk.answer(200, "first");
                  } else {
                    talk.reset();
                  }
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("first");
      answered.set(0);
      assertThat(guest.post(ANY, "x").text()).isEqualTo("first");
      assertThat(backend.connections()).isEqualTo(2);
    }
  }

  @Test
  void aConnectionResetOnReuseIsNobodysFault() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      guest.get(ANY);
      for (int i = 0; i < 50; i++) {
        AtomicInteger asked = new AtomicInteger();
        backend.script(
            talk -> {
              if (asked.incrementAndGet() == 1) {
                talk.reset();
              } else {
                talk.answer(200, "again");
              }
            });
        assertThat(guest.get(ANY).text()).isEqualTo("again");
      }
      assertThat(backend.connections()).isEqualTo(51);
    }
  }

  @Test
  void theOnlyEndpointIsAskedOnceMoreWhereItBreaksOff() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  if (asked.incrementAndGet() == 1) {
                    talk.close();
                  } else {
                    talk.answer(200, "again");
                  }
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("again");
      assertThat(backend.requests()).hasSize(2);
    }
  }

  /** Of what was collected here the guest has seen nothing. */
  @Test
  void anAnswerThatBreaksOffIsAskedForOnceMore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  if (asked.incrementAndGet() % 2 == 1) {
                    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nonce").close();
                  } else {
                    talk.answer(200, "again");
                  }
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("again");
      assertThat(guest.post(ANY, "x").status()).isEqualTo(502);
      assertThat(backend.requests()).hasSize(3);
    }
  }

  @Test
  void aBackendKilledWhileItIsAskedMeansComeBackLater() throws Exception {
    AtomicReference<MisbehavingBackend> killed = new AtomicReference<>();
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> killed.get().die());
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      killed.set(backend);
      Answer answer = guest.get(ANY);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.only("Retry-After")).contains("1");
      assertThat(backend.requests()).hasSize(1);
    }
  }

  /** It may take one more connection before it is gone. */
  @Test
  void aBackendKilledWhileItIsAskedOnceMoreMeansComeBackLater() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<MisbehavingBackend> killed = new AtomicReference<>();
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  if (asked.incrementAndGet() == 1) {
                    talk.close();
                  } else {
                    killed.get().die();
                  }
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      killed.set(backend);
      Answer answer = guest.get(ANY);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.only("Retry-After")).contains("1");
      assertThat(backend.requests()).hasSize(2);
    }
  }

  @Test
  void aFreshConnectionBrokenOffIsABadGateway() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.of(MisbehavingBackend.Talk::close);
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(502);
    }
  }

  @Test
  void badAnswersToOneGuestDoNotTakeTheBackendFromOthers() throws Exception {
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  if (talk.request().line().contains("/bad")) {
                    talk.say("garbage\r\n").close();
                  } else {
                    talk.answer(200, "good");
                  }
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest bad = desk.guest(0);
        RawGuest good = desk.guest(1)) {
      for (int i = 0; i < 20; i++) {
        assertThat(bad.get("/bad").status()).isEqualTo(502);
        assertThat(good.get("/good").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aHungEndpointDoesNotHoldUpTheOtherForLong() throws Exception {
    try (MisbehavingBackend hung = MisbehavingBackend.of(MisbehavingBackend.Talk::hang);
        MisbehavingBackend good = MisbehavingBackend.saying("good");
        UpstreamDesk desk = plan(hung, good).deadline(Duration.ofMillis(500)).open();
        RawGuest guest = desk.guest()) {
      int answered = 0;
      for (int i = 0; i < 20; i++) {
        answered += guest.get(ANY).status() == 200 ? 1 : 0;
      }
      assertThat(answered).isGreaterThan(15);
    }
  }

  @Test
  void retriesEndWithTheirBudget() throws Exception {
    try (MisbehavingBackend bad = MisbehavingBackend.of(MisbehavingBackend.Talk::close);
        MisbehavingBackend worse = MisbehavingBackend.of(MisbehavingBackend.Talk::close);
        UpstreamDesk desk = plan(bad, worse).open();
        RawGuest guest = desk.guest()) {
      int asked = 100;
      for (int i = 0; i < asked; i++) {
        assertThat(guest.get(ANY).status()).isIn(502, 503);
      }
      int sent = bad.requests().size() + worse.requests().size();
      assertThat(sent).isBetween(asked, asked + 20 + asked / 10);
    }
  }

  @Test
  void aSecretThatChangesIsUsedFromThenOn() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).open();
        RawGuest guest = desk.guest()) {
      guest.get(ANY);
      assertThat(backend.request().header("X-Instance-ID-Signature"))
          .containsExactly(UpstreamDesk.SIGNATURE);
      UpstreamDesk.write(directory.resolve("secret-0"), "other\n");
      String expected = SharedSecret.of("other").sign(UpstreamDesk.UUID);
      await()
          .until(
              () -> {
                guest.get(ANY);
                return backend
                    .requests()
                    .getLast()
                    .header("X-Instance-ID-Signature")
                    .contains(expected);
              });
    }
  }

  @Test
  void theSecondSecretIsTriedWhereTheFirstIsRefused() throws Exception {
    String accepted = SharedSecret.of("second").sign(UpstreamDesk.UUID);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  boolean good =
                      talk.request().header("X-Instance-ID-Signature").contains(accepted);
                  talk.answer(
                      good ? 200 : 403, good ? "welcome" : "Invalid proxy request signature.");
                });
        UpstreamDesk desk = plan(backend).secrets("first", "second").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("welcome");
      assertThat(backend.requests()).hasSize(2);
      assertThat(backend.connections()).isEqualTo(1);
    }
  }

  /** The signature is looked at before anything is done, so nothing is done twice. */
  @Test
  void whatIsPostedIsSignedWithTheSecondSecretWhereTheFirstIsRefused() throws Exception {
    String accepted = SharedSecret.of("second").sign(UpstreamDesk.UUID);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  boolean good =
                      talk.request().header("X-Instance-ID-Signature").contains(accepted);
                  talk.answer(good ? 200 : 403, good ? "stored" : "no");
                });
        UpstreamDesk desk = plan(backend).secrets("first", "second").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.post(UpstreamDesk.PASSWORD, "the body").text()).isEqualTo("stored");
      assertThat(backend.requests())
          .hasSize(2)
          .allSatisfy(
              request ->
                  assertThat(request.body())
                      .isEqualTo("the body".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void eachEndpointIsAskedWithTheSecretThatItBelieves() throws Exception {
    try (MisbehavingBackend before = believing("old");
        MisbehavingBackend after = believing("new");
        UpstreamDesk desk = plan(before, after).secrets("old", "new").open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 10; i++) {
        assertThat(guest.get(ANY).text()).isIn("old", "new");
        assertThat(guest.post(ANY, "x").text()).isIn("old", "new");
      }
      // One question more, by which it is found out which of the two takes the second.
      assertThat(before.requests()).hasSize(10);
      assertThat(after.requests()).hasSize(11);
    }
  }

  @Test
  void theBackendMayTurnToTheFirstSecretAtAnyTime() throws Exception {
    AtomicReference<String> secret = new AtomicReference<>("old");
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  String right = SharedSecret.of(secret.get()).sign(UpstreamDesk.UUID);
                  boolean good = talk.request().header("X-Instance-ID-Signature").contains(right);
                  talk.answer(good ? 200 : 403, "");
                });
        UpstreamDesk desk = plan(backend).secrets("new", "old").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.requests()).hasSize(3);
      secret.set("new");
      assertThat(guest.post(ANY, "x").status()).isEqualTo(200);
      assertThat(guest.get(ANY).status()).isEqualTo(200);
      assertThat(backend.requests()).hasSize(6);
      secret.set("neither");
      assertThat(guest.get(ANY).status()).isEqualTo(403);
    }
  }

  @Test
  void aRefusalOfEverySecretIsPassed() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> talk.answer(403, "no"));
        UpstreamDesk desk = plan(backend).secrets("first", "second", "third").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(403);
      assertThat(backend.requests()).hasSize(3);
    }
  }

  @Test
  void anEndpointThatTakesConnectionsButDoesNotAnswerStaysOut() throws Exception {
    try (MisbehavingBackend hung = MisbehavingBackend.of(MisbehavingBackend.Talk::hang);
        UpstreamDesk desk = plan(hung).deadline(Duration.ofMillis(200)).open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 4; i++) {
        assertThat(guest.get(ANY).status()).isEqualTo(504);
      }
      // Out for four seconds by now, unless a probe brings it back.
      await().until(() -> !hung.probes().isEmpty() && hung.open() == 0);
      Endpoint endpoint = desk.endpoint(0);
      assertThat(endpoint.isEjected(System.nanoTime())).isTrue();
      hung.script(talk -> talk.answer(500, "alive, at least"));
      await().until(() -> !endpoint.isEjected(System.nanoTime()));
      assertThat(hung.probes().getLast().headerNames())
          .containsExactlyInAnyOrder("host", "user-agent", "connection");
    }
  }

  @Test
  void anEndpointThatSpeaksSomethingElseStaysOut() throws Exception {
    try (MisbehavingBackend odd =
            MisbehavingBackend.of(talk -> talk.say("SSH-2.0-OpenSSH_9.2\r\n").hang());
        UpstreamDesk desk = plan(odd).open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < 4; i++) {
        assertThat(guest.get(ANY).status()).isEqualTo(502);
      }
      await().until(() -> !odd.probes().isEmpty() && odd.open() == 0);
      assertThat(desk.endpoint(0).isEjected(System.nanoTime())).isTrue();
    }
  }

  @Test
  void aNameThatMovesIsFollowed() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
    AtomicReference<InetAddress> address = new AtomicReference<>(InetAddress.getLoopbackAddress());
    try (MisbehavingBackend here = MisbehavingBackend.saying("here");
        MisbehavingBackend there = MisbehavingBackend.beside(here, elsewhere, "there");
        UpstreamDesk desk =
            plan()
                .endpoint("http://nova.test:" + here.port())
                .names(_ -> List.of(address.get()))
                .open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("here");
      address.set(elsewhere);
      desk.resolve();
      // Not even a connection that is still open leads to the old place.
      assertThat(guest.get(ANY).text()).isEqualTo("there");
      assertThat(there.request().header("Host")).containsExactly("nova.test:" + here.port());
    }
  }

  @Test
  void theNextAddressOfANameIsTriedWhereOneRefuses() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
    try (MisbehavingBackend here = MisbehavingBackend.saying("here");
        MisbehavingBackend there = MisbehavingBackend.beside(here, elsewhere, "there");
        UpstreamDesk desk =
            plan()
                .endpoint("http://nova.test:" + here.port())
                .names(_ -> List.of(InetAddress.getLoopbackAddress(), elsewhere))
                .open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("here");
      desk.resolve();
      assertThat(guest.get(ANY).text()).isEqualTo("here");
      assertThat(there.requests()).isEmpty();
      here.die();
      await().until(() -> guest.get(ANY).status() == 200);
      assertThat(guest.get(ANY).text()).isEqualTo("there");
    }
  }

  @Test
  void aNameThatCannotBeResolvedForAWhileKeepsItsAddress() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk =
            plan()
                .endpoint("http://nova.test:" + backend.port())
                .names(
                    host -> {
                      if (broken.get()) {
                        throw new UnknownHostException(host);
                      }
                      return List.of(InetAddress.getLoopbackAddress());
                    })
                .open();
        RawGuest guest = desk.guest()) {
      broken.set(true);
      desk.resolve();
      assertThat(guest.get(ANY).text()).isEqualTo("answer");
    }
  }

  /** Answers by the secret that it takes. */
  private static MisbehavingBackend believing(String secret) throws IOException {
    String accepted = SharedSecret.of(secret).sign(UpstreamDesk.UUID);
    return MisbehavingBackend.of(
        talk -> {
          boolean good = talk.request().header("X-Instance-ID-Signature").contains(accepted);
          talk.answer(good ? 200 : 403, good ? secret : "no");
        });
  }

  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
