package io.tapmeta.proxy.vendor;

import static io.tapmeta.proxy.vendor.TargetServer.reply;
import static io.tapmeta.proxy.vendor.VendorRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpHandler;
import io.tapmeta.proxy.vendor.GuestPort.Answer;
import io.tapmeta.proxy.vendor.GuestPort.Guest;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for a target, and who does not, on the connections of guests. */
@Timeout(60)
class VendorDataOverHttpTest {
  private static final String PATH = "/openstack/latest/vendor_data2.json";
  private static final InstanceRecord FIRST = record(vm("tap0", "5f0c1c1e0000"), 1);
  private static final InstanceRecord SECOND = record(vm("tap1", "5f0c1c1e0001"), 2);

  @TempDir Path passwords;

  @Test
  void aSlowTargetHoldsUpNeitherOtherDocumentsNorOtherGuests() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    HttpHandler slowAtFirst =
        exchange -> {
          if (asked.incrementAndGet() == 1) {
            pass(goOn);
          }
          reply(exchange, 200, "1");
        };
    try (TargetServer server = TargetServer.of(slowAtFirst);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST, SECOND);
        Guest waiting = port.guest(0);
        Guest same = port.guest(0);
        Guest other = port.guest(1)) {
      waiting.send(PATH);
      await().until(() -> asked.get() == 1);
      for (String path :
          List.of(
              "/openstack",
              "/openstack/latest/meta_data.json",
              "/openstack/latest/vendor_data.json",
              "/latest/meta-data/hostname",
              "/openstack/latest/password",
              "/nocloud/vendor-data")) {
        assertThat(same.get(path).status()).as(path).isEqualTo(200);
      }
      assertThat(other.get("/openstack/latest/meta_data.json").status()).isEqualTo(200);
      assertThat(other.get(PATH).body()).isEqualTo("{\"static\": {}, \"t\": 1}");
      assertThat(waiting.hasAnswer()).isFalse();
      goOn.countDown();
      Answer answer = waiting.receive();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      assertThat(answer.body()).isEqualTo("{\"static\": {}, \"t\": 1}");
    }
  }

  @Test
  void whatFollowsOnTheSameConnectionIsAnsweredInItsTurn() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler slow =
        exchange -> {
          pass(goOn);
          reply(exchange, 200, "1");
        };
    try (TargetServer server = TargetServer.of(slow);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST);
        Guest guest = port.guest(0)) {
      guest.send(PATH).send("/latest/meta-data/hostname").send(PATH);
      await().until(() -> server.received().size() == 1);
      goOn.countDown();
      assertThat(guest.receive().body()).isEqualTo("{\"static\": {}, \"t\": 1}");
      assertThat(guest.receive().body()).isEqualTo("vm");
      assertThat(guest.receive().body()).isEqualTo("{\"static\": {}, \"t\": 1}");
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void guestsThatGoAwayDisturbNobody() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler slow =
        exchange -> {
          pass(goOn);
          reply(exchange, 200, "1");
        };
    try (TargetServer server = TargetServer.of(slow);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST);
        Guest patient = port.guest(0)) {
      try (Guest impatient = port.guest(0)) {
        impatient.send(PATH);
        await().until(() -> server.received().size() == 1);
      }
      patient.send(PATH);
      goOn.countDown();
      assertThat(patient.receive().body()).isEqualTo("{\"static\": {}, \"t\": 1}");
    }
  }

  @Test
  void theAnswerHasATagAndIsNotSentTwice() throws Exception {
    try (TargetServer server = TargetServer.saying("1");
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST);
        Guest guest = port.guest(0)) {
      String tag = guest.get(PATH).header("ETag");
      assertThat(tag).isNotEmpty();
      Answer again = guest.get(PATH, "If-None-Match: " + tag);
      assertThat(again.status()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
    }
  }

  @Test
  void aFatalFailureIs500AndTheConnectionGoesOn() throws Exception {
    try (TargetServer server = TargetServer.of(exchange -> reply(exchange, 503, ""));
        VendorDesk desk =
            new VendorDesk(Settings.target("t", server.url()).with("dynamic_failure_fatal", true));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST);
        Guest guest = port.guest(0)) {
      Answer answer = guest.get(PATH);
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).isEqualTo("Internal Server Error\n");
      assertThat(guest.get("/openstack/latest/vendor_data.json").body()).isEqualTo("{}");
    }
  }

  @Test
  void tooManyRequestsThatWaitAreToldToComeBack() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler slow =
        exchange -> {
          pass(goOn);
          reply(exchange, 200, "1");
        };
    List<Guest> waiting = new ArrayList<>();
    try (TargetServer server = TargetServer.of(slow);
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST, SECOND);
        Guest other = port.guest(1)) {
      // Exactly one of them all is one too many.
      for (int i = 0; i <= VendorTargets.MAX_WAITING; i++) {
        waiting.add(port.guest(0).send(PATH));
      }
      await().until(() -> answered(waiting).size() == 1);
      Answer refused = answered(waiting).getFirst().receive();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      other.send(PATH);
      goOn.countDown();
      assertThat(other.receive().status()).isEqualTo(200);
    } finally {
      for (Guest guest : waiting) {
        guest.close();
      }
    }
  }

  @Test
  void theDocumentOfAnOlderVersionIsTheSame() throws Exception {
    try (TargetServer server = TargetServer.saying("1");
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, FIRST);
        Guest guest = port.guest(0)) {
      assertThat(guest.get("/openstack/2016-10-06/vendor_data2.json").body())
          .isEqualTo("{\"static\": {}, \"t\": 1}");
      assertThat(guest.get("/openstack/2016-06-30/vendor_data2.json").status()).isEqualTo(404);
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void aRecordWithoutDocumentsIsNobodysBusiness() throws Exception {
    InstanceRecord identity =
        record(
            VendorRecords.read(
                "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"%s\", \"tap\": \"tap0\"}]}"
                    .formatted(VendorRecords.UUID, GuestPort.MAC)),
            3);
    try (TargetServer server = TargetServer.saying("1");
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url()));
        GuestPort port = new GuestPort(desk.targets, passwords, identity);
        Guest guest = port.guest(0)) {
      assertThat(guest.get(PATH).status()).isEqualTo(404);
      assertThat(server.received()).isEmpty();
    }
  }

  private static List<Guest> answered(List<Guest> guests) throws IOException {
    List<Guest> answered = new ArrayList<>();
    for (Guest guest : guests) {
      if (guest.hasAnswer()) {
        answered.add(guest);
      }
    }
    return answered;
  }

  private static Instance vm(String tap, String end) {
    return VendorRecords.read(
        """
        {"uuid": "5f0c1c1e-7d0a-4c59-9a86-%s", "name": "vm", "hostname": "vm",
         "ports": [{"mac": "%s", "tap": "%s"}]}
        """
            .formatted(end, GuestPort.MAC, tap));
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
