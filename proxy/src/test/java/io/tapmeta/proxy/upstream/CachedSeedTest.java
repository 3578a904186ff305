package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.META_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.upstream.RawGuest.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random seeds of kept answers, which no two guests may get. */
@Timeout(60)
class CachedSeedTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int STORM = 100;

  @TempDir Path directory;

  @Test
  void aSeedIsNeverGivenTwice() throws Exception {
    String seed = Base64.getEncoder().encodeToString(new byte[512]);
    CountDownLatch goOn = new CountDownLatch(1);
    Set<String> seeds = new HashSet<>();
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  goOn.await();
                  talk.answer(200, document(seed), "Content-Type: application/json");
                });
        UpstreamDesk desk =
            plan(backend).cache(SHORT, Duration.ZERO, Duration.ofMinutes(1)).open()) {
      List<RawGuest> storm = storm(desk, META_DATA);
      await().until(() -> desk.cache("joined") == STORM - 1);
      goOn.countDown();
      for (RawGuest guest : storm) {
        seeds.add(seed(guest.read()));
        guest.close();
      }
      assertThat(seeds).hasSize(STORM).doesNotContain(seed);
      assertThat(backend.requests()).hasSize(1);
      backend.die();
      try (RawGuest guest = desk.guest()) {
        await()
            .until(
                () -> {
                  assertThat(seeds.add(seed(guest.get(META_DATA)))).isTrue();
                  return desk.cache("stale") > 2;
                });
      }
    }
  }

  @Test
  void aSeedThatCannotBeTakenOutIsNotKept() throws Exception {
    String seed = Base64.getEncoder().encodeToString(new byte[512]);
    try (MisbehavingBackend backend = MisbehavingBackend.saying("");
        UpstreamDesk desk = plan(backend).cached().open();
        RawGuest guest = desk.guest()) {
      int asked = 0;
      for (String document :
          List.of(
              document(seed).replace("\": ", "\":"),
              document(seed + "="),
              document(seed).replace("random", "\\u0072andom"))) {
        backend.script(talk -> talk.answer(200, document));
        for (int i = 0; i < 2; i++) {
          assertThat(guest.get(META_DATA).text()).isEqualTo(document);
          assertThat(backend.requests()).hasSize(++asked);
        }
      }
      byte[] gzip = document(seed).getBytes(StandardCharsets.UTF_8);
      backend.script(talk -> talk.answer(200, gzip, "content-encoding: gzip"));
      for (int i = 0; i < 2; i++) {
        guest.get(META_DATA);
        assertThat(backend.requests()).hasSize(++asked);
      }
    }
  }

  private static List<RawGuest> storm(UpstreamDesk desk, String path) throws Exception {
    List<RawGuest> storm = new ArrayList<>();
    for (int i = 0; i < STORM; i++) {
      storm.add(desk.guest().ask("GET", path));
    }
    return storm;
  }

  private static String document(String seed) {
    return "{\"uuid\": \"x\", \"random_seed\": \"" + seed + "\", \"hostname\": \"vm\"}";
  }

  private static String seed(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).startsWith("{\"uuid\": \"x\"").endsWith("\"hostname\": \"vm\"}");
    return answer.text().replaceAll(".*\"random_seed\": \"([^\"]*)\".*", "$1");
  }

  /** With no freshness at all: every question goes out, unless it joins another. */
  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
