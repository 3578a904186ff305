package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.RecordFile;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that change while their guests ask, always on a connection that stays open. */
@Scenario
final class RecordChangesIT {
  /** A change is in force within this time of the rename. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static ComputeNode node;
  private static Daemon daemon;

  private final Guest vm = node.vm("vm");
  private final RecordFile record = vm.record();
  private final Connection connection = vm.connect();

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    daemon = node.daemon(node.config().hold("50ms"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @BeforeEach
  void isServed() {
    await().until(() -> identity().equals(record.uuid()));
  }

  @Test
  void changeIsInForceWithinASecond() {
    record.hostname("renamed").write();

    await()
        .atMost(SOON)
        .until(() -> connection.get(META_DATA_JSON).text().contains("\"hostname\": \"renamed\""));
  }

  @Test
  void recordOfAnotherVmForThePortTakesItsPlace() {
    record.newUuid().write();

    await().atMost(SOON).until(() -> identity().equals(record.uuid()));
  }

  @Test
  void removedRecordIs404UntilItIsPutBack() {
    record.remove();
    await().atMost(SOON).until(() -> identity().equals("404"));

    record.write();
    await().atMost(SOON).until(() -> identity().equals(record.uuid()));
  }

  @Test
  void brokenFileLeavesTheLastGoodRecordInForceAndIsNamed() {
    record.replaceBy(
        "{\"uuid\": \"%s\",\n \"ports\": [{\"mac\": \"7\"}]}".formatted(record.uuid()));

    daemon.awaitLog(record.file() + ":2: ports[0].mac: \"7\" (expected: a MAC address");
    await().until(() -> daemon.metric("tapmeta_records_rejected") == 1);
    assertThat(identity()).isEqualTo(record.uuid());

    record.write();
    await().until(() -> daemon.metric("tapmeta_records_rejected") == 0);
    assertThat(identity()).isEqualTo(record.uuid());
  }

  @Test
  void wrongKeyIsNamedWithTheOneThatWasMeant() {
    record.replaceBy(record.text().replace("\"hostname\"", "\"hostnme\""));

    daemon.awaitLog(record.file() + ":1: hostnme: unknown key (expected: did you mean hostname?)");
    assertThat(identity()).isEqualTo(record.uuid());

    record.write();
    await().until(() -> daemon.metric("tapmeta_records_rejected") == 0);
  }

  @Test
  void twoRecordsForOnePortAreBothRefusedLoudlyUntilOneGoes() {
    Guest other = node.vm("other");
    record.copyAs("second");

    await().atMost(SOON).until(() -> identity().equals("404"));
    daemon.awaitLog("port refused: tap %s, MAC %s: claimed by ".formatted(vm.tap(), vm.mac()));
    assertThat(daemon.metric("tapmeta_records_rejected")).isEqualTo(1);
    assertThat(other.identity()).isEqualTo(other.record().uuid());

    record.removeCopy("second");
    await().atMost(SOON).until(() -> identity().equals(record.uuid()));
  }

  @Test
  void requestsThatRunMeanwhileSeeOneRecordOrTheOtherAsAWhole() {
    String before = pair(record.uuid(), record.hostname());
    Traffic traffic = Traffic.of(vm).awaitMore();

    record.newUuid().hostname("after").write();
    String after = pair(record.uuid(), record.hostname());
    await().until(() -> identity().equals(record.uuid()));
    traffic.awaitMore();

    assertThat(traffic.stop())
        .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200))
        .extracting(RecordChangesIT::pair)
        .containsSubsequence(before, after)
        .containsOnly(before, after);
  }

  private String identity() {
    return connection.get(META_DATA_JSON).identity();
  }

  private static String pair(Response answer) {
    return pair(
        answer.identity(), answer.text().replaceAll("(?s).*\"hostname\": \"([^\"]*)\".*", "$1"));
  }

  private static String pair(String uuid, String hostname) {
    return uuid + " " + hostname;
  }
}
