package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static io.tapmeta.proxy.upstream.UpstreamDesk.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the backend is asked again, and what it is never asked for by proxy of a memory. */
@Timeout(60)
class CachedAnswersTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;

  @Test
  void anAnswerIsKeptForAWhile() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).cache(SHORT, SHORT, Duration.ZERO).open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("answer");
      assertThat(guest.get(ANY).text()).isEqualTo("answer");
      assertThat(guest.head(ANY).only("Content-Length")).contains("6");
      assertThat(backend.requests()).hasSize(1);
      assertThat(desk.cache("hit")).isEqualTo(2);
      assertThat(guest.get(ANY + "?other").text()).isEqualTo("answer");
      assertThat(backend.requests()).hasSize(2);
      await()
          .until(
              () -> {
                guest.get(ANY);
                return backend.requests().size() > 2;
              });
    }
  }

  @Test
  void whatIsNotThereIsRememberedShortly() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> talk.answer(404, "no"));
        UpstreamDesk desk = plan(backend).cache(Duration.ofHours(1), SHORT, Duration.ZERO).open();
        RawGuest guest = desk.guest()) {
      guest.get(ANY);
      assertThat(guest.get(ANY).status()).isEqualTo(404);
      assertThat(backend.requests()).hasSize(1);
      backend.script(talk -> talk.answer(200, "yes"));
      await().until(() -> guest.get(ANY).status() == 200);
    }
  }

  @Test
  void noOtherStatusIsKept() throws Exception {
    AtomicInteger status = new AtomicInteger();
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(talk -> talk.answer(status.get(), "no"));
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      for (int each : new int[] {201, 206, 301, 302, 400, 401, 403, 429, 500, 503}) {
        status.set(each);
        int before = backend.requests().size();
        assertThat(guest.get(ANY).status()).isEqualTo(each);
        assertThat(guest.get(ANY).status()).isEqualTo(each);
        assertThat(backend.requests()).hasSize(before + 2);
      }
    }
  }

  @Test
  void whatWasAnsweredToOneAcceptIsNotForAnother() throws Exception {
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk ->
                    talk.answer(404, talk.request().header("Accept").toString(), "Vary: Accept"));
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      for (int round = 0; round < 2; round++) {
        assertThat(guest.get(ANY, "Accept: text/html").text()).isEqualTo("[text/html]");
        assertThat(guest.get(ANY, "Accept: */*").text()).isEqualTo("[*/*]");
        assertThat(guest.get(ANY).text()).isEqualTo("[]");
      }
      assertThat(backend.requests()).hasSize(3);
    }
  }

  /** Nova says the requester's address where an instance has no IPv4 of its own. */
  @Test
  void whatWasAnsweredToOneAddressIsNotForAnother() throws Exception {
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> talk.answer(200, talk.request().header("X-Forwarded-For").getFirst()));
        UpstreamDesk desk = plan(backend).cached().open()) {
      for (int round = 0; round < 2; round++) {
        for (String address : List.of("127.0.0.1", "127.0.0.2")) {
          try (RawGuest guest = desk.guestFrom(address)) {
            assertThat(guest.get(ANY).text()).isEqualTo(address);
          }
        }
      }
      assertThat(backend.requests()).hasSize(2);
    }
  }

  @Test
  void whatVariesWithMoreThanAcceptIsNotKept() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      int asked = 0;
      for (String vary : List.of("User-Agent", "accept, user-agent", "Content-Type", "*")) {
        backend.script(
            talk ->
                talk.answer(200, talk.request().header("User-Agent").toString(), "vary: " + vary));
        for (String program : List.of("curl", "cloud-init")) {
          assertThat(guest.get(ANY, "User-Agent: " + program).text())
              .isEqualTo("[" + program + "]");
          assertThat(backend.requests()).hasSize(++asked);
        }
      }
      backend.script(talk -> talk.answer(200, "same", "Vary: Accept-Encoding, Accept"));
      guest.get(ANY);
      guest.get(ANY);
      assertThat(backend.requests()).hasSize(asked + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-store", "private, No-Cache", "max-age=0, no-store"})
  void whatTheBackendWantsNotToBeKeptIsNotKept(String control) throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      backend.script(talk -> talk.answer(200, "one", "cache-control: " + control));
      guest.get(ANY);
      backend.script(talk -> talk.answer(200, "another"));
      assertThat(guest.get(ANY).text()).isEqualTo("another");
    }
  }

  @Test
  void oneGuestsAnswersAreNotAnothers() throws Exception {
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> talk.answer(200, talk.request().header("X-Instance-ID").getFirst()));
        UpstreamDesk desk = plan(backend).cached().open()) {
      for (int round = 0; round < 2; round++) {
        for (int number = 0; number < 10; number++) {
          try (RawGuest guest = desk.guest(number)) {
            assertThat(guest.get(ANY).text()).isEqualTo(UpstreamDesk.uuid(number));
          }
        }
      }
      assertThat(backend.requests()).hasSize(10);
    }
  }

  @Test
  void thePasswordIsAlwaysAskedFor() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("secret");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      for (int i = 1; i <= 3; i++) {
        guest.get(PASSWORD);
        assertThat(backend.requests()).hasSize(i);
      }
    }
  }

  @Test
  void aPostMakesEverythingBeAskedAgain() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      guest.get(ANY);
      guest.post(PASSWORD, "x");
      guest.get(ANY);
      assertThat(backend.requests()).hasSize(3);
    }
  }

  @Test
  void anotherGenerationOrRevisionSeesNothingOfTheOld() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).cached().open()) {
      try (RawGuest guest = desk.guest()) {
        guest.get(ANY);
        guest.get(ANY);
        desk.replug(0);
        assertThat(guest.ends()).isTrue();
      }
      try (RawGuest guest = desk.guest()) {
        guest.get(ANY);
        assertThat(backend.requests()).hasSize(2);
        desk.renewRecords();
        guest.get(ANY);
        assertThat(backend.requests()).hasSize(3);
      }
    }
  }

  @Test
  void anOldAnswerStandsInForABackendInTrouble() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("old");
        UpstreamDesk desk =
            plan(backend)
                .deadline(Duration.ofMillis(500))
                .cache(Duration.ofMillis(1), SHORT, Duration.ofMinutes(1))
                .open();
        RawGuest guest = desk.guest()) {
      guest.get(ANY);
      backend.script(talk -> talk.answer(500, "trouble"));
      assertThat(guest.get(ANY).text()).isEqualTo("old");
      backend.script(talk -> talk.say("garbage\r\n"));
      assertThat(guest.get(ANY).text()).isEqualTo("old");
      backend.script(MisbehavingBackend.Talk::hang);
      assertThat(guest.get(ANY).text()).isEqualTo("old");
      backend.script(talk -> talk.answer(404, "gone"));
      assertThat(guest.get(ANY).status()).isEqualTo(404);
      backend.script(talk -> talk.answer(200, "new"));
      await().until(() -> guest.get(ANY).text().equals("new"));
      backend.die();
      assertThat(guest.get(ANY).text()).isEqualTo("new");
      assertThat(guest.get("/never/asked").status()).isEqualTo(503);
      assertThat(guest.get(PASSWORD).status()).isEqualTo(503);
    }
  }

  /** With no freshness at all: every question goes out, unless it joins another. */
  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
