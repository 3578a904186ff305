package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.RealNova;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real Nova that has another secret, gets a new one, or goes away while guests ask. */
@RealNova
final class NovaUpstreamIT {
  private static final String USER_DATA = "/openstack/latest/user_data";
  private static final String NETWORK = "/openstack/latest/network_data.json";
  private static final String PASSWORD = "/openstack/latest/password";
  private static final String MISMATCH = "does not match the expected value";
  private static final String SUSPICION = "403, which most likely means that";

  private final ComputeNode node = ComputeNode.start();
  private final Path secret = node.directory().resolve("secret");
  private final Path oldSecret = node.directory().resolve("secret-old");

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void anotherSecretIs403AndSaidOnceAndMendedByItsFile() throws IOException {
    Guest guest = bareGuest();
    Nova nova = nova(guest).start();
    Files.writeString(secret, "mistaken\n");
    Daemon daemon = daemon(secret.toString());

    List.of(USER_DATA, NETWORK, PASSWORD)
        .forEach(path -> assertThat(guest.get(path).status()).as(path).isEqualTo(403));

    assertThat(nova.log().split(MISMATCH, -1)).as("refusals, and one").hasSize(4);
    assertThat(daemon.log()).containsOnlyOnce(SUSPICION);

    Files.writeString(secret, Nova.SECRET + "\n");

    await().untilAsserted(() -> assertThat(guest.get(USER_DATA).text()).isEqualTo("#!/bin/sh\n"));
  }

  @Test
  void aNewSecretBesideTheOldOneIsMissedByNoGuest() throws IOException {
    Guest guest = bareGuest();
    Nova nova = nova(guest).start(Nova.Server.UWSGI, "of-old");
    Files.writeString(secret, "of-new\n");
    Files.writeString(oldSecret, "of-old\n");
    Daemon daemon = daemon("[%s, %s]".formatted(secret, oldSecret));

    assertThat(guest.get(USER_DATA).text()).isEqualTo("#!/bin/sh\n");
    // The new one had been tried first.
    assertThat(nova.log()).containsOnlyOnce(MISMATCH);

    assertThat(guest.send(password("secret")).status()).isEqualTo(200);
    assertThat(guest.get(PASSWORD).text()).isEqualTo("secret");

    nova.kill().start(Nova.Server.UWSGI, "of-new");
    int mismatches = nova.log().split(MISMATCH, -1).length;

    assertThat(guest.get(NETWORK).status()).isEqualTo(200);
    assertThat(guest.get(PASSWORD).text()).isEqualTo("secret");
    assertThat(nova.log().split(MISMATCH, -1)).hasSizeLessThanOrEqualTo(mismatches + 1);
    assertThat(daemon.log()).doesNotContain(SUSPICION);
  }

  @ParameterizedTest
  @EnumSource(Nova.Server.class)
  void novaThatIsKilledIsMissedOnlyByWhoeverNeedsIt(Nova.Server server) throws Exception {
    Guest bare = bareGuest();
    Nova nova = nova(bare).start(server, Nova.SECRET);
    Files.writeString(secret, Nova.SECRET);
    Daemon daemon = daemon(secret.toString());
    Guest vm = node.vm("own");
    AtomicInteger number = new AtomicInteger();

    try (Traffic own = Traffic.of(vm);
        Traffic cached = Traffic.of(bare, () -> USER_DATA);
        Traffic one = Traffic.of(bare, () -> "/none/" + number.incrementAndGet());
        Traffic two = Traffic.of(bare, () -> "/none/" + number.incrementAndGet())) {
      List<Traffic> all = List.of(own, cached, one, two);
      all.forEach(Traffic::awaitMore);
      nova.kill();
      all.forEach(Traffic::awaitMore);
      await().until(() -> bare.get("/none/" + number.incrementAndGet()).status() == 503);
      long before = System.nanoTime();
      Response refused = bare.get("/none/" + number.incrementAndGet());
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).contains("1");
      assertThat(System.nanoTime() - before).isLessThan(1_000_000_000L);
      all.forEach(Traffic::awaitMore);

      nova.start(server, Nova.SECRET);
      long back = System.nanoTime();
      await().until(() -> bare.get("/none/" + number.incrementAndGet()).status() == 404);
      System.out.printf(
          "%s: asked again %d ms after it was back%n",
          server, (System.nanoTime() - back) / 1_000_000);
      all.forEach(Traffic::awaitMore);

      assertThat(own.stop()).extracting(Response::identity).containsOnly(vm.record().uuid());
      assertThat(cached.stop()).extracting(Response::text).containsOnly("#!/bin/sh\n");
      for (Traffic needing : List.of(one, two)) {
        List<Response> answers = needing.stop();
        assertThat(answers).extracting(Response::status).contains(404).isSubsetOf(404, 503, 504);
        assertThat(answers)
            .filteredOn(answer -> answer.status() == 503)
            .allSatisfy(answer -> assertThat(answer.header("Retry-After")).contains("1"));
      }
    }
    assertThat(nova.log()).doesNotContain(MISMATCH);
    assertThat(daemon.log()).doesNotContain(SUSPICION);
  }

  /** Behind uwsgi such an error is a connection that ends, and no answer. */
  @Test
  void errorsThatNovaDoesNotCatchForOneGuestAreNoneForAnother() throws IOException {
    Guest troubled = bareGuest();
    Guest other = bareGuest();
    nova(troubled, other).start();
    Files.writeString(secret, Nova.SECRET);
    daemon(secret.toString());
    AtomicInteger number = new AtomicInteger();

    try (Traffic errors = Traffic.of(troubled, () -> "/openstack/latest/content");
        Traffic rest = Traffic.of(other, () -> "/none/" + number.incrementAndGet())) {
      for (int i = 0; i < 20; i++) {
        List.of(errors, rest).forEach(Traffic::awaitMore);
      }
      assertThat(errors.stop()).extracting(Response::status).containsOnly(502);
      assertThat(rest.stop()).extracting(Response::status).containsOnly(404);
    }
  }

  private Daemon daemon(String secretFiles) {
    return node.daemon(
        node.config()
            // On a quiet machine one guest's traffic is more than a VM may ask.
            .budget("requests_per_second", 1_000_000)
            .upstream("endpoints", "[\"http://127.0.0.1:%d\"]".formatted(Nova.PORT))
            .upstream("shared_secret_file", secretFiles));
  }

  private Guest bareGuest() {
    Guest guest = node.guest().start();
    guest.record().userData("#!/bin/sh\n").subnet("10.0.0.0/24", Guest.ADDRESS, "10.0.0.1");
    return guest;
  }

  /** Knows what the node does not. */
  private Nova nova(Guest... guests) throws IOException {
    List<Path> known = new ArrayList<>();
    for (Guest guest : guests) {
      known.add(node.directory().resolve(guest.tap() + ".json"));
      Files.writeString(known.getLast(), guest.record().text());
    }
    Nova nova = node.nova(known);
    for (Guest guest : guests) {
      guest.record().writeIdentity();
      guest.attach();
    }
    return nova;
  }

  private static String password(String text) {
    return "POST %s HTTP/1.1\r\nHost: 169.254.169.254\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(PASSWORD, text.length(), text);
  }
}
