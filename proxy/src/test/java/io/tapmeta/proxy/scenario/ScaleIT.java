package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Samples;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node that is full, and what one more change costs there. {@code -Dtapmeta.scale=1000} for that
 * many attachments, 100 otherwise; docs/scale.md has what came out.
 */
@Scenario
final class ScaleIT {
  private static final int COUNT = Integer.getInteger("tapmeta.scale", 100);
  private static final int CHANGES = Integer.getInteger("tapmeta.scale.changes", 10);

  private final ComputeNode node = ComputeNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"netns", "shared"})
  @Timeout(900)
  void everyAttachmentIsServedAndOneMoreCostsNoMore(String mode) {
    Guest early = routed();
    early.attach("--mode", mode);
    List<String> taps = node.emptyTaps(COUNT - 1);
    long start = System.nanoTime();
    node.attachAll(taps.stream().map(tap -> tap + " --mode " + mode).toList());
    Duration attached = since(start);

    start = System.nanoTime();
    Daemon daemon = node.daemon();
    Duration ready = since(start);
    assertThat(daemon.admin("/readyz").text()).contains("\"listening\": " + COUNT);
    assertThat(early.identity()).isEqualTo(early.record().uuid());
    long descriptors = daemon.descriptors();
    long resident = daemon.residentKibibytes();
    double heap = daemon.metrics().sum("jvm_memory_used_bytes", "area=\"heap\"");

    Samples plugs = new Samples();
    Samples edits = new Samples();
    Duration used = daemon.processorTime();
    for (int i = 0; i < CHANGES; i++) {
      plugs.time(() -> plugOneMore(mode));
      edits.time(() -> renamed(early));
    }
    used = daemon.processorTime().minus(used);

    System.out.printf(
        "scale: %s, %d attachments: attached in bulk in %.1f s; all listening %.2f s after the"
            + " start of the process; %d MiB resident (heap in use %.0f MiB), %d descriptors; plug"
            + " to first answer %s ms; edit to answer %s ms; %d ms of the daemon's processor time a"
            + " change%n",
        mode,
        COUNT,
        attached.toMillis() / 1e3,
        ready.toMillis() / 1e3,
        resident / 1024,
        heap / (1 << 20),
        descriptors,
        plugs,
        edits,
        used.dividedBy(2L * CHANGES).toMillis());

    start = System.nanoTime();
    node.detachAll(taps);
    System.out.printf(
        "scale: %s: detached in bulk in %.1f s%n", mode, since(start).toMillis() / 1e3);
    await().until(() -> daemon.admin("/readyz").text().contains("\"listening\": " + (CHANGES + 1)));
  }

  /** From the call of the script to the answer. */
  private void plugOneMore(String mode) {
    Guest guest = routed();
    Samples.exclude();
    guest.attach("--mode", mode);
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
  }

  /** From the rename of the record's file to the answer that shows it. */
  private static void renamed(Guest guest) {
    String name = guest.record().hostname() + "x";
    guest.record().hostname(name).write();
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> guest.get("/latest/meta-data/hostname").text().equals(name));
  }

  /** On a tap that is an interface of the node's own, which either mode can serve. */
  private Guest routed() {
    Guest guest = node.guest().routed().start();
    guest.record().hostname("h").write();
    return guest;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
