package io.tapmeta.proxy.vendor;

import static io.tapmeta.proxy.vendor.TargetServer.reply;
import static io.tapmeta.proxy.vendor.VendorRecords.instance;
import static io.tapmeta.proxy.vendor.VendorRecords.json;
import static io.tapmeta.proxy.vendor.VendorRecords.plain;
import static io.tapmeta.proxy.vendor.VendorRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpHandler;
import io.tapmeta.proxy.vendor.VendorTargets.Result;
import io.tapmeta.resolver.InstanceRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class VendorTargetsTest {
  @Test
  void withoutTargetsNothingConcernsThem() {
    try (VendorDesk desk = new VendorDesk(Settings.none())) {
      assertThat(desk.targets.concern(plain())).isFalse();
    }
  }

  @Test
  void targetsAnswerInTheOrderOfTheConfiguration() {
    try (TargetServer server =
            TargetServer.of(
                exchange -> reply(exchange, 200, '"' + exchange.getRequestURI().getPath() + '"'));
        VendorDesk desk =
            new VendorDesk(
                Settings.target("z", server.url("http", "/1"))
                    .and("a", server.url("http", "/2"))
                    .and("m", server.url("http", "/3")))) {
      assertThat(desk.document(instance("\"vendor_data\": [1]")))
          .isEqualTo("{\"static\": [1], \"z\": \"/1\", \"a\": \"/2\", \"m\": \"/3\"}");
    }
  }

  @Test
  void oneFailedTargetLeavesTheOthersAsTheyAre() {
    try (TargetServer good = TargetServer.saying("1");
        TargetServer bad = TargetServer.saying("{");
        VendorDesk desk =
            new VendorDesk(
                Settings.target("one", good.url()).and("two", bad.url()).and("three", good.url()),
                json("{\"n\": 0}"))) {
      assertThat(desk.document(plain()))
          .isEqualTo("{\"static\": {\"n\": 0}, \"one\": 1, \"two\": {}, \"three\": 1}");
      assertThat(desk.counted.incompleteCount()).isEqualTo(1);
    }
  }

  /** Each answers only when all of them are asked. */
  @Test
  void targetsAreAskedAtTheSameTime() {
    CyclicBarrier all = new CyclicBarrier(3);
    HttpHandler together =
        exchange -> {
          meet(all);
          reply(exchange, 200, "1");
        };
    try (TargetServer first = TargetServer.of(together);
        TargetServer second = TargetServer.of(together);
        VendorDesk desk =
            new VendorDesk(
                Settings.target("a", first.url()).and("b", second.url()).and("c", first.url()))) {
      assertThat(desk.document(plain()))
          .isEqualTo("{\"static\": {}, \"a\": 1, \"b\": 1, \"c\": 1}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // The record's own whole document: targets add what it does not have.
        "\"vendor_data2\": {\"own\": 1}         | {\"own\": 1, \"static\": 7, \"t\": 7}",
        "\"vendor_data2\": {\"t\": 1}           | {\"t\": 1, \"static\": 7}",
        "\"vendor_data2\": {\"static\": [], \"b\": 1} | {\"static\": [], \"b\": 1, \"t\": 7}",
        // None: the static document has the name static.
        "\"vendor_data\": \"text\"              | {\"static\": \"text\", \"t\": 7}",
        "\"name\": \"vm\"                       | {\"static\": {}, \"t\": 7}",
      })
  void theRecordsOwnNamesWin(String members, String expected) {
    try (TargetServer server = TargetServer.saying("7");
        VendorDesk desk =
            new VendorDesk(Settings.target("static", server.url()).and("t", server.url()))) {
      assertThat(desk.document(instance(members))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"vendor_data2\": {\"t\": 1}",
        "\"vendor_data2\": [1, 2]",
        "\"vendor_data2\": \"#cloud-config\"",
      })
  void aTargetWithNothingToAddIsNotAsked(String members) {
    try (TargetServer server = TargetServer.saying("7");
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      assertThat(desk.targets.concern(instance(members))).isFalse();
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void aFailureIsFatalWhereTheOperatorWantsIt() {
    try (TargetServer good = TargetServer.saying("1");
        TargetServer bad = TargetServer.of(exchange -> reply(exchange, 500, ""));
        VendorDesk desk =
            new VendorDesk(
                Settings.target("one", good.url())
                    .and("two", bad.url())
                    .with("dynamic_failure_fatal", true))) {
      assertThat(VendorDesk.await(desk.ask(record(plain(), 1)))).isInstanceOf(Result.Failed.class);
      assertThat(VendorDesk.await(desk.ask(record(instance("\"vendor_data2\": {\"two\": 2}"), 2))))
          .isInstanceOf(Result.Made.class);
    }
  }

  @Test
  void anAnswerIsKeptForItsTimeAndNoLonger() {
    AtomicInteger count = new AtomicInteger();
    try (TargetServer server = counting(count);
        VendorDesk desk =
            new VendorDesk(Settings.target("t", server.url()).with("dynamic_cache", "30s"))) {
      InstanceRecord record = record(plain(), 1);
      assertThat(desk.document(record)).endsWith("\"t\": 1}");
      desk.settled(1);
      desk.ticker.advance(Duration.ofSeconds(29));
      assertThat(desk.document(record)).endsWith("\"t\": 1}");
      desk.ticker.advance(Duration.ofSeconds(2));
      assertThat(desk.document(record)).endsWith("\"t\": 2}");
    }
  }

  @Test
  void aFailureIsKeptShortly() {
    AtomicInteger count = new AtomicInteger();
    HttpHandler failingOnce =
        exchange -> reply(exchange, count.incrementAndGet() == 1 ? 500 : 200, "1");
    try (TargetServer server = TargetServer.of(failingOnce);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      InstanceRecord record = record(plain(), 1);
      assertThat(desk.document(record)).endsWith("\"t\": {}}");
      desk.settled(1);
      assertThat(desk.document(record)).endsWith("\"t\": {}}");
      assertThat(count).hasValue(1);
      desk.ticker.advance(Duration.ofSeconds(3));
      assertThat(desk.document(record)).endsWith("\"t\": 1}");
      desk.settled(2);
      desk.ticker.advance(Duration.ofSeconds(57));
      assertThat(desk.document(record)).endsWith("\"t\": 1}");
      assertThat(count).hasValue(2);
    }
  }

  @Test
  void withoutACacheEachRequestAsksAgain() {
    AtomicInteger count = new AtomicInteger();
    try (TargetServer server = counting(count);
        VendorDesk desk =
            new VendorDesk(Settings.target("t", server.url()).with("dynamic_cache", "0s"))) {
      InstanceRecord record = record(plain(), 1);
      assertThat(desk.document(record)).endsWith("\"t\": 1}");
      desk.settled(1);
      assertThat(desk.document(record)).endsWith("\"t\": 2}");
    }
  }

  @Test
  void aChangedRecordIsAskedAboutAgain() {
    AtomicInteger count = new AtomicInteger();
    try (TargetServer server = counting(count);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      assertThat(desk.document(record(instance("\"hostname\": \"old\""), 1))).endsWith("1}");
      assertThat(desk.document(record(instance("\"hostname\": \"new\""), 2))).endsWith("2}");
      assertThat(server.received().getLast().body()).contains("\"hostname\": \"new\"");
    }
  }

  @Test
  void requestsAtTheSameTimeShareOneCall() throws IOException {
    CountDownLatch goOn = new CountDownLatch(1);
    try (TargetServer server =
            TargetServer.of(
                exchange -> {
                  pass(goOn);
                  reply(exchange, 200, "1");
                });
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      List<CompletableFuture<Result>> results = new ArrayList<>();
      for (int i = 0; i < VendorTargets.MAX_WAITING; i++) {
        results.add(desk.ask(record(plain(), 1)));
      }
      goOn.countDown();
      for (CompletableFuture<Result> result : results) {
        assertThat(VendorDesk.body(VendorDesk.await(result))).endsWith("\"t\": 1}");
      }
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void onlySoManyRequestsOfOneInstanceWait() {
    CountDownLatch goOn = new CountDownLatch(1);
    try (TargetServer server =
            TargetServer.of(
                exchange -> {
                  pass(goOn);
                  reply(exchange, 200, "1");
                });
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      List<CompletableFuture<Result>> waiting = new ArrayList<>();
      for (int i = 0; i < VendorTargets.MAX_WAITING; i++) {
        waiting.add(desk.ask(record(plain(), 1)));
      }
      assertThat(VendorDesk.await(desk.ask(record(plain(), 1)))).isInstanceOf(Result.Busy.class);
      // Another instance has places of its own.
      CompletableFuture<Result> other =
          desk.ask(record(VendorRecords.numbered(1), 2), Duration.ofMillis(100));
      assertThat(VendorDesk.await(other)).isInstanceOf(Result.Made.class);
      goOn.countDown();
      waiting.forEach(VendorDesk::await);
      // The places are free again.
      assertThat(desk.document(plain())).endsWith("\"t\": 1}");
    }
  }

  @Test
  void anAnswerThatComesTooLateIsThereForTheNextRequest() {
    CountDownLatch goOn = new CountDownLatch(1);
    try (TargetServer slow =
            TargetServer.of(
                exchange -> {
                  pass(goOn);
                  reply(exchange, 200, "1");
                });
        TargetServer quick = TargetServer.saying("2");
        VendorDesk desk =
            new VendorDesk(Settings.target("slow", slow.url()).and("quick", quick.url()))) {
      InstanceRecord record = record(plain(), 1);
      CompletableFuture<Result> patient = desk.ask(record);
      await()
          .untilAsserted(
              () ->
                  assertThat(VendorDesk.body(VendorDesk.await(desk.ask(record, Duration.ZERO))))
                      .isEqualTo("{\"static\": {}, \"slow\": {}, \"quick\": 2}"));
      assertThat(desk.counted.incompleteCount()).isPositive();
      goOn.countDown();
      assertThat(VendorDesk.body(VendorDesk.await(patient)))
          .isEqualTo("{\"static\": {}, \"slow\": 1, \"quick\": 2}");
      assertThat(desk.document(record)).isEqualTo("{\"static\": {}, \"slow\": 1, \"quick\": 2}");
      assertThat(slow.received()).hasSize(1);
    }
  }

  @Test
  void aTargetThatHangsHoldsUpNoOtherInstance() {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger count = new AtomicInteger();
    HttpHandler hangingOnce =
        exchange -> {
          if (count.incrementAndGet() == 1) {
            pass(goOn);
          }
          reply(exchange, 200, "1");
        };
    try (TargetServer server = TargetServer.of(hangingOnce);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      CompletableFuture<Result> held = desk.ask(record(VendorRecords.numbered(0), 1000));
      await().until(() -> count.get() == 1);
      for (int i = 1; i <= 40; i++) {
        assertThat(desk.document(record(VendorRecords.numbered(i), i))).endsWith("\"t\": 1}");
      }
      assertThat(held).isNotDone();
      goOn.countDown();
      assertThat(VendorDesk.body(VendorDesk.await(held))).endsWith("\"t\": 1}");
    }
  }

  @Test
  void aTargetGetsSoManyCallsAtATimeAndTheOthersAfterwards() throws IOException {
    AtomicInteger atATime = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    try (TargetServer server =
            TargetServer.of(
                exchange -> {
                  most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
                  pass(goOn);
                  atATime.decrementAndGet();
                  reply(exchange, 200, "1");
                });
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      List<CompletableFuture<Result>> results = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        results.add(desk.ask(record(VendorRecords.numbered(i), i)));
      }
      await().until(() -> atATime.get() == 16);
      goOn.countDown();
      for (CompletableFuture<Result> result : results) {
        assertThat(VendorDesk.body(VendorDesk.await(result))).endsWith("\"t\": 1}");
      }
      assertThat(most).hasValue(16);
    }
  }

  @Test
  void otherSettingsAreInForceForTheNextRequest() {
    AtomicInteger count = new AtomicInteger();
    try (TargetServer server = counting(count);
        VendorDesk desk = new VendorDesk(Settings.none())) {
      Settings settings = Settings.target("t", server.url());
      assertThat(desk.targets.concern(plain())).isFalse();
      desk.targets.apply(settings.read());
      assertThat(desk.targets.concern(plain())).isTrue();
      assertThat(desk.document(plain())).endsWith("\"t\": 1}");
      desk.targets.apply(settings.read());
      // The same settings: what was answered is still known.
      assertThat(desk.document(plain())).endsWith("\"t\": 1}");
      desk.targets.apply(settings.and("u", server.url()).read());
      assertThat(desk.document(plain())).contains("\"t\": ", "\"u\": ");
      assertThat(count).hasValue(3);
      desk.targets.apply(Settings.none().read());
      assertThat(desk.targets.concern(plain())).isFalse();
    }
  }

  @Test
  void callsUnderWayEndAsTheyBegan() throws IOException {
    CountDownLatch goOn = new CountDownLatch(1);
    try (TargetServer server =
            TargetServer.of(
                exchange -> {
                  pass(goOn);
                  reply(exchange, 200, "1");
                });
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()))) {
      CompletableFuture<Result> result = desk.ask(record(plain(), 1));
      await().until(() -> server.received().size() == 1);
      desk.targets.apply(Settings.none().read());
      goOn.countDown();
      assertThat(VendorDesk.body(VendorDesk.await(result))).endsWith("\"t\": 1}");
    }
  }

  /** Answers with how often it was asked. */
  private static TargetServer counting(AtomicInteger count) {
    return TargetServer.of(
        exchange -> reply(exchange, 200, Integer.toString(count.incrementAndGet())));
  }

  private static void meet(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static void pass(CountDownLatch gate) throws IOException {
    try {
      if (!gate.await(20, TimeUnit.SECONDS)) {
        throw new IOException("nobody opened");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
