package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.upstream.RawGuest.Answer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked once more where a connection breaks off, and what never is. */
@Timeout(60)
class RetryTest {
  @TempDir Path directory;

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

  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
