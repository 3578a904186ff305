package io.tapmeta.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoarseClockTest {
  @Test
  void theTimeOfDayIsThatOfTheLastTick() {
    CoarseClock clock = new CoarseClock();
    long before = System.currentTimeMillis();
    clock.tick();
    long ticked = clock.wallTime();
    assertThat(ticked).isBetween(before, System.currentTimeMillis());
    while (System.currentTimeMillis() <= ticked) {
      Thread.onSpinWait();
    }
    assertThat(clock.wallTime()).isEqualTo(ticked);
    clock.tick();
    assertThat(clock.wallTime()).isGreaterThan(ticked);
  }
}
