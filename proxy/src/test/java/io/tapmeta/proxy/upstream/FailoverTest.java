package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.upstream.RawGuest.Answer;
import java.nio.file.Path;
import java.time.Duration;
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

  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
