package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** kill -9 in every mode: what the daemon left is what the next one finds. */
@Scenario
final class KilledDaemonIT {
  private static final int TIMES = 3;

  @Test
  void guestsOfEveryModeAreServedAgainAndNoneIsRefusedMeanwhile() {
    try (EveryMode modes = new EveryMode()) {
      Daemon daemon = modes.node.daemon();
      modes.isServed();
      List<Duration> starts = new ArrayList<>();
      for (int i = 0; i < TIMES; i++) {
        daemon.kill();
        // Nobody listens: a segment that gets no answer is sent again, one that is refused is not.
        List<CompletableFuture<String>> asked =
            modes.guests().stream()
                .map(guest -> CompletableFuture.supplyAsync(guest::identity))
                .toList();
        long start = System.nanoTime();
        daemon = modes.node.daemon(daemon.config());
        starts.add(Duration.ofNanos(System.nanoTime() - start));

        assertThat(asked.stream().map(CompletableFuture::join).toList())
            .isEqualTo(modes.guests().stream().map(guest -> guest.record().uuid()).toList());
        modes.isServed();
      }
      System.out.printf("killed: listening in every mode after %s%n", starts);
      // Less than a second on a machine of its own, with the cache that the package has.
      assertThat(starts.stream().min(Duration::compareTo).orElseThrow())
          .isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void whatWasUnpluggedMeanwhileIsNotServed() {
    try (EveryMode modes = new EveryMode()) {
      Daemon daemon = modes.node.daemon();
      modes.isServed();
      daemon.kill();
      modes.separate.detach();
      Guest next = modes.node.guest().start();
      next.record().write();
      next.attach();

      daemon = modes.node.daemon(daemon.config());

      assertThat(daemon.admin("/readyz").text()).contains("\"listening\": 3");
      assertThat(next.identity()).isEqualTo(next.record().uuid());
      assertThat(modes.shared.identity()).isEqualTo(modes.shared.record().uuid());
      assertThat(modes.adopted.identity()).isEqualTo(modes.adopted.record().uuid());
    }
  }
}
