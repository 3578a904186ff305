package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests that ask the same at once, and the backend that hears it once. */
@Timeout(60)
class JoinedQuestionsTest {
  private static final int STORM = 100;

  @TempDir Path directory;

  @Test
  void aStormOfOneQuestionIsAskedOnce() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  goOn.await();
                  talk.answer(200, "answer");
                });
        UpstreamDesk desk = plan(backend).open()) {
      List<RawGuest> storm = storm(desk, ANY);
      await().until(() -> desk.cache("joined") == STORM - 1);
      goOn.countDown();
      for (RawGuest guest : storm) {
        assertThat(guest.read().text()).isEqualTo("answer");
        guest.close();
      }
      assertThat(backend.requests()).hasSize(1);
    }
  }

  @Test
  void aStormForALargeDocumentEndsWellForSlowReadersToo() throws Exception {
    byte[] large = new byte[4 << 20];
    new Random(1).nextBytes(large);
    CountDownLatch goOn = new CountDownLatch(1);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  goOn.await();
                  talk.answer(200, large);
                });
        UpstreamDesk desk = plan(backend).open()) {
      List<RawGuest> storm = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        storm.add(desk.guest().ask("GET", ANY));
      }
      await().until(() -> desk.cache("joined") == 4);
      goOn.countDown();
      for (RawGuest guest : storm) {
        assertThat(guest.read().body()).isEqualTo(large);
        guest.close();
      }
    }
  }

  @Test
  void whoGoesAwayDoesNotTakeTheAnswerFromThoseWhoJoined() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  goOn.await();
                  talk.answer(200, "answer");
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest first = desk.guest();
        RawGuest second = desk.guest()) {
      first.ask("GET", ANY);
      await().until(() -> backend.requests().size() == 1);
      second.ask("GET", ANY);
      await().until(() -> desk.cache("joined") == 1);
      first.leave();
      desk.settle();
      goOn.countDown();
      assertThat(second.read().text()).isEqualTo("answer");
      assertThat(backend.requests()).hasSize(1);
    }
  }

  @Test
  void whoAsksForAnotherTypeAtTheSameMomentDoesNotJoin() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(
                talk -> {
                  goOn.await();
                  talk.answer(200, talk.request().header("Accept").toString());
                });
        UpstreamDesk desk = plan(backend).open();
        RawGuest first = desk.guest();
        RawGuest second = desk.guest()) {
      first.ask("GET", ANY, "Accept: text/html");
      second.ask("GET", ANY, "Accept: text/plain");
      await().until(() -> backend.requests().size() == 2);
      goOn.countDown();
      assertThat(first.read().text()).isEqualTo("[text/html]");
      assertThat(second.read().text()).isEqualTo("[text/plain]");
    }
  }

  private static List<RawGuest> storm(UpstreamDesk desk, String path) throws Exception {
    List<RawGuest> storm = new ArrayList<>();
    for (int i = 0; i < STORM; i++) {
      storm.add(desk.guest().ask("GET", path));
    }
    return storm;
  }

  /** With no freshness at all: every question goes out, unless it joins another. */
  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
