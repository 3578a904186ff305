package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.FULL;
import static io.tapmeta.proxy.upstream.UpstreamDesk.META_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The backend dies and comes back while guests go on asking. */
@Timeout(120)
class BackendRestartTest {
  private static final int GUESTS = 8;
  private static final String CACHED = "/openstack/latest/cached";

  @TempDir Path directory;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile boolean down;
  private final AtomicLong slowestFailure = new AtomicLong();

  @Test
  void ownAndCachedDocumentsKeepFlowingAndTheRestFailsFastAndRecovers() throws Exception {
    try (MisbehavingBackend backend =
            MisbehavingBackend.of(talk -> talk.answer(200, talk.request().line()));
        UpstreamDesk desk =
            new UpstreamDesk.Plan(directory, backend)
                .cache(Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1))
                .open();
        ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int number = 0; number < GUESTS; number++) {
        RawGuest guest = desk.guest(number);
        assertThat(guest.get(CACHED).status()).isEqualTo(200);
        all.add(load.submit(() -> askOn(guest)));
      }
      RawGuest own = desk.guest(FULL);
      all.add(load.submit(() -> askOnForOwn(own)));
      for (int round = 0; round < 3; round++) {
        awaitMore(200);
        down = true;
        backend.die();
        awaitMore(503);
        backend.revive();
        // By itself: the next answer is there without anybody having done anything.
        awaitMore(200);
        down = false;
      }
      over.set(true);
      for (Future<?> each : all) {
        each.get();
      }
      System.out.printf(
          "three restarts under load: %s, slowest failure %.1f ms%n",
          statuses, slowestFailure.get() / 1e6);
      assertThat(wrong).isEmpty();
      // Cut off in the middle, refused, or not asked at all; nothing waits for the deadline.
      assertThat(statuses.keySet()).isSubsetOf(200, 502, 503);
      assertThat(Duration.ofNanos(slowestFailure.get())).isLessThan(Duration.ofSeconds(2));
    }
  }

  private void awaitMore(int status) {
    AtomicInteger count = statuses.computeIfAbsent(status, _ -> new AtomicInteger());
    int enough = count.get() + 50;
    await().until(() -> count.get() >= enough);
  }

  private Object askOn(RawGuest guest) throws IOException {
    try (guest) {
      while (!over.get()) {
        String path = "/thing/" + turn.incrementAndGet();
        long before = System.nanoTime();
        boolean mayFail = down;
        RawGuest.Answer answer = guest.get(path);
        statuses.computeIfAbsent(answer.status(), _ -> new AtomicInteger()).incrementAndGet();
        if (answer.status() != 200) {
          slowestFailure.accumulateAndGet(System.nanoTime() - before, Math::max);
          expect(mayFail || down, path + " failed while the backend was there");
        } else {
          expect(answer.text().contains(path + " "), path + " was answered by " + answer.text());
        }
        expect(guest.get(CACHED).status() == 200, "a cached document was not to be had");
      }
    }
    return true;
  }

  private Object askOnForOwn(RawGuest guest) throws IOException {
    try (guest) {
      while (!over.get()) {
        expect(guest.get(META_DATA).status() == 200, "an own document was not to be had");
      }
    }
    return true;
  }

  private void expect(boolean so, String otherwise) {
    if (!so) {
      wrong.add(otherwise);
    }
  }
}
