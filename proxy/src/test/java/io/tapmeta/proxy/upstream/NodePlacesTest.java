package io.tapmeta.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodePlacesTest {
  @Test
  void whoComesLaterDoesNotOvertakeWhoWaits() {
    NodePlaces places = new NodePlaces(1);
    List<String> granted = new ArrayList<>();
    assertThat(places.tryTake()).isTrue();
    assertThat(places.tryTake()).isFalse();
    places.apply(() -> granted.add("first"));
    places.apply(() -> granted.add("second"));
    assertThat(granted).isEmpty();
    places.giveBack();
    assertThat(granted).containsExactly("first");
    assertThat(places.tryTake()).isFalse();
    places.giveBack();
    assertThat(granted).containsExactly("first", "second");
    assertThat(places.tryTake()).isFalse();
    places.giveBack();
    assertThat(places.tryTake()).isTrue();
  }

  @Test
  void whoAppliesWhilePlacesAreFreeHasOneAtOnce() {
    NodePlaces places = new NodePlaces(1);
    AtomicInteger granted = new AtomicInteger();
    places.apply(granted::incrementAndGet);
    assertThat(granted).hasValue(1);
    assertThat(places.tryTake()).isFalse();
  }

  @Test
  void noPlaceIsLostOrGivenTwiceAmongThreads() throws InterruptedException {
    int limit = 3;
    int threads = 4;
    int rounds = 20_000;
    NodePlaces places = new NodePlaces(limit);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch served = new CountDownLatch(threads * rounds);
    Runnable serve =
        () -> {
          most.accumulateAndGet(taken.incrementAndGet(), Math::max);
          taken.decrementAndGet();
          served.countDown();
        };
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(Thread.ofPlatform().start(() -> takeAndGiveBack(places, serve, rounds)));
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isBetween(1, limit);
    // The last ones served may be about to give theirs back.
    for (int i = 0; i < limit; i++) {
      await().until(places::tryTake);
    }
    assertThat(places.tryTake()).isFalse();
  }

  private static void takeAndGiveBack(NodePlaces places, Runnable serve, int rounds) {
    for (int i = 0; i < rounds; i++) {
      if (i % 2 == 0 && places.tryTake()) {
        serve.run();
        places.giveBack();
      } else {
        // Somebody else's thread may be the one to grant it: the place goes back from a third.
        places.apply(() -> Thread.startVirtualThread(() -> serveAndGiveBack(places, serve)));
      }
    }
  }

  private static void serveAndGiveBack(NodePlaces places, Runnable serve) {
    serve.run();
    places.giveBack();
  }
}
