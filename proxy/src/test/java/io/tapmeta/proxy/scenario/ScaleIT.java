package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Crowd;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Samples;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node that is full, and what one more change costs there. {@code -Dtapmeta.scale=1000} for that
 * many attachments, 100 otherwise, {@code -Dtapmeta.scale.modes=shared} for one mode alone;
 * docs/scale.md has what came out.
 */
@Scenario
final class ScaleIT {
  private static final int COUNT = Integer.getInteger("tapmeta.scale", 100);
  private static final int CHANGES = Integer.getInteger("tapmeta.scale.changes", 10);

  private final ComputeNode node = ComputeNode.start();

  /** Memory in KiB: of the daemon's heap, of the daemon outside of it, and of the kernel. */
  private record Held(Daemon daemon, double heap, double outside, double kernel) {}

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @MethodSource("modes")
  @Timeout(900)
  void everyAttachmentIsServedAndOneMoreCostsNoMore(String mode) {
    Guest early = routed();
    early.attach("--mode", mode);
    Crowd crowd = node.crowd(COUNT - 1);
    Held alone = held(node.daemon(), early);
    stop(alone.daemon);
    long start = System.nanoTime();
    node.attachAll(crowd.taps().stream().map(tap -> tap + " --mode " + mode).toList());
    Duration attached = since(start);
    crowd.writeRecords();

    start = System.nanoTime();
    Daemon daemon = node.daemon(alone.daemon.config());
    Duration ready = since(start);
    assertThat(daemon.admin("/readyz").text()).contains("\"listening\": " + COUNT);
    Held all = held(daemon, early);
    long descriptors = daemon.descriptors();
    long resident = daemon.residentKibibytes();
    System.out.printf(
        "scale: %s: each of %d attachments, with its record and documents, takes %.1f KiB of the heap, %.1f KiB outside of it and"
            + " %.0f KiB of the kernel%n",
        mode,
        COUNT,
        (all.heap - alone.heap) / (COUNT - 1),
        (all.outside - alone.outside) / (COUNT - 1),
        (all.kernel - alone.kernel) / (COUNT - 1));

    start = System.nanoTime();
    assertThat(crowd.identities()).isEqualTo(crowd.uuids());
    System.out.printf(
        "scale: %s: each of the others asked once, one after the other, and was answered: %.1f s%n",
        mode, since(start).toMillis() / 1e3);

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
            + " start of the process; %d MiB resident, %d descriptors; plug to first answer %.1f ms,"
            + " and then %s; edit to answer %s ms; %d ms of the daemon's processor time a change%n",
        mode,
        COUNT,
        attached.toMillis() / 1e3,
        ready.toMillis() / 1e3,
        resident / 1024,
        descriptors,
        plugs.first(),
        plugs.butTheFirst(),
        edits,
        used.dividedBy(2L * CHANGES).toMillis());

    daemon.kill();
    start = System.nanoTime();
    Daemon next = node.daemon(daemon.config());
    System.out.printf(
        "scale: %s: killed, all listening again %.2f s after the start of the next process%n",
        mode, since(start).toMillis() / 1e3);
    assertThat(next.admin("/readyz").text()).contains("\"listening\": " + (COUNT + CHANGES));
    assertThat(early.identity()).isEqualTo(early.record().uuid());

    start = System.nanoTime();
    node.detachAll(crowd.taps());
    System.out.printf(
        "scale: %s: detached in bulk in %.1f s%n", mode, since(start).toMillis() / 1e3);
    await().until(() -> next.admin("/readyz").text().contains("\"listening\": " + (CHANGES + 1)));
  }

  static List<String> modes() {
    return List.of(System.getProperty("tapmeta.scale.modes", "netns,shared").split(","));
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

  /** The daemon that has served one guest and collected what is of no use any more. */
  private static Held held(Daemon daemon, Guest guest) {
    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    daemon.collect();
    return new Held(
        daemon,
        daemon.metrics().sum("jvm_memory_used_bytes", "area=\"heap\"") / 1024,
        daemon.nativeKibibytes(),
        kernelKibibytes());
  }

  private static void stop(Daemon daemon) {
    daemon.terminate();
    assertThat(daemon.exitStatus()).isZero();
  }

  /** What the kernel itself holds and cannot give back, of the whole machine. */
  private static long kernelKibibytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.matches("(SUnreclaim|Percpu|VmallocUsed):.*"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
