package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What has to go where there is no room for another answer. */
@Timeout(60)
class CacheRoomTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;

  @Test
  void aGuestsNewAnswersPushOutItsOwnOnly() throws Exception {
    byte[] large = new byte[10_000];
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> talk.answer(200, large));
        UpstreamDesk desk = plan(backend).cached().cacheSize(1 << 20, 50_000).open();
        RawGuest guest = desk.guest(0);
        RawGuest other = desk.guest(1)) {
      other.get(ANY);
      for (int i = 0; i < 20; i++) {
        guest.get("/thing/" + i);
      }
      assertThat(backend.requests()).hasSize(21);
      other.get(ANY);
      for (int i = 16; i < 20; i++) {
        guest.get("/thing/" + i);
      }
      assertThat(backend.requests()).hasSize(21);
      guest.get("/thing/15");
      assertThat(backend.requests()).hasSize(22);
    }
  }

  @Test
  void aGuestWithManyAnswersStillKeepsNewOnes() throws Exception {
    int many = 2 * UpstreamCache.MAX_ENTRIES;
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      for (int i = 0; i < many; i++) {
        guest.get("/thing/" + i);
      }
      guest.get("/thing/" + (many - 1));
      guest.get("/thing/" + (many - UpstreamCache.MAX_ENTRIES));
      assertThat(backend.requests()).hasSize(many);
      guest.get("/thing/" + (many - UpstreamCache.MAX_ENTRIES - 1));
      assertThat(backend.requests()).hasSize(many + 1);
    }
  }

  @Test
  void whatIsAskedForAgainAndAgainOutlastsWhatIsAskedForOnce() throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      int others = 2 * UpstreamCache.MAX_ENTRIES;
      for (int i = 0; i < others; i++) {
        guest.get("/thing/" + i);
        guest.get(ANY);
      }
      assertThat(backend.requests()).hasSize(others + 1);
    }
  }

  @Test
  void anAnswerThatIsAskedForAgainTakesItsOwnPlace() throws Exception {
    byte[] large = new byte[40_000];
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> talk.answer(200, large));
        UpstreamDesk desk =
            plan(backend)
                .cache(SHORT, Duration.ZERO, Duration.ofMinutes(1))
                .cacheSize(50_000, 50_000)
                .open();
        RawGuest guest = desk.guest()) {
      for (int round = 1; round <= 3; round++) {
        int asked = round;
        await()
            .until(
                () -> {
                  guest.get(ANY);
                  return backend.requests().size() == asked;
                });
      }
      assertThat(desk.cache("hit")).isPositive();
      backend.die();
      await().until(() -> guest.get(ANY).status() == 200 && desk.cache("stale") > 0);
    }
  }

  @Test
  void aFullNodeTakesNothingFromTheOthers() throws Exception {
    byte[] large = new byte[10_000];
    try (MisbehavingBackend backend = MisbehavingBackend.of(talk -> talk.answer(200, large));
        UpstreamDesk desk = plan(backend).cached().cacheSize(25_000, 25_000).open();
        RawGuest first = desk.guest(0);
        RawGuest second = desk.guest(1)) {
      first.get("/a");
      first.get("/b");
      second.get("/a");
      second.get("/a");
      assertThat(backend.requests()).hasSize(4);
      first.get("/b");
      first.get("/a");
      assertThat(backend.requests()).hasSize(4);
      first.post(ANY, "what was known may be wrong");
      second.get("/a");
      second.get("/a");
      assertThat(backend.requests()).hasSize(6);
    }
  }

  /** With no freshness at all: every question goes out, unless it joins another. */
  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
