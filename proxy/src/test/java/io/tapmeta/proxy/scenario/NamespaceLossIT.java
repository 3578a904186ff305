package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody takes away under a running daemon what the wiring has made. */
@Scenario
final class NamespaceLossIT {
  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest other;

  private final Guest victim = node.vm("victim");

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    other = node.vm("other");
    daemon = node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void deletedNamespaceIsLetGoAndNamedWhileOthersAreServed() {
    Traffic traffic = Traffic.of(other).awaitMore();
    List<String> before = node.wiring().hostEnds();

    Connection connection = victim.connect();
    assertThat(connection.get(META_DATA_JSON).status()).isEqualTo(200);

    victim.attachment().delete();

    assertThat(connection.ends()).isTrue();
    // Its veth goes only when nobody has a socket in the namespace any more.
    await().until(() -> node.wiring().hostEnds().size() == before.size() - 1);
    await()
        .untilAsserted(
            () -> {
              Response readiness = daemon.admin("/readyz");
              assertThat(readiness.status()).isEqualTo(503);
              assertThat(readiness.text())
                  .contains("\"not_listening\": {\"" + victim.tap() + "\": ")
                  .contains(victim.attachment().name());
            });
    traffic.awaitMore();
    assertThat(traffic.stop()).extracting(Response::identity).containsOnly(other.record().uuid());

    victim.detach();
    daemon.awaitReady();
  }

  @Test
  void secondAttachRepairsADeletedNamespace() {
    victim.attachment().delete();
    await().until(() -> daemon.admin("/readyz").status() == 503);

    victim.attach();

    daemon.awaitReady();
    assertThat(victim.identity()).isEqualTo(victim.record().uuid());
  }

  @Test
  void deletedLinkIsNamedUntilASecondAttachRepairsIt() {
    node.namespace().ip("link del " + hostEnd());
    await()
        .untilAsserted(
            () ->
                assertThat(daemon.admin("/readyz").text())
                    .contains("\"" + victim.tap() + "\": \"interface md0: not in namespace "));

    victim.attach();

    daemon.awaitListening(victim);
    await().until(() -> victim.identity().equals(victim.record().uuid()));
  }

  @Test
  void fileInPlaceOfANamespaceIsNamed() {
    victim.attachment().delete();
    Path stale = Path.of("/run/netns", victim.attachment().name());
    try {
      Files.createFile(stale);
      await()
          .untilAsserted(
              () ->
                  assertThat(daemon.admin("/readyz").text())
                      .contains("Invalid argument (expected: a network namespace at " + stale));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }

    victim.attach();

    daemon.awaitReady();
    assertThat(victim.identity()).isEqualTo(victim.record().uuid());
  }

  @Test
  void namespaceThatIsReplacedAtOnceIsServedAnew() {
    Connection connection = victim.connect();
    assertThat(connection.get(META_DATA_JSON).status()).isEqualTo(200);

    victim.attachment().delete();
    victim.attach();

    assertThat(connection.ends()).isTrue();
    daemon.awaitReady();
    assertThat(victim.identity()).isEqualTo(victim.record().uuid());
  }

  private String hostEnd() {
    String alias = "tapmeta " + victim.tap() + " ";
    return node.namespace()
        .command("ip", "-o", "link")
        .run()
        .orFail()
        .lines()
        .filter(line -> line.contains(alias))
        .map(line -> line.split("[ :@]+", 4)[1])
        .findFirst()
        .orElseThrow();
  }
}
