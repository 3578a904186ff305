package io.tapmeta.proxy.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final FakeTicker ticker = new FakeTicker();
  private final FailureLog log = new FailureLog("target x", ticker);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  @Test
  void namesEachKindOnceAndThenHowOften() {
    for (int i = 0; i < 100; i++) {
      log.failed(TargetAnswer.failure(TargetOutcome.STATUS, "500 (expected: 2xx)"), "vm-1");
    }
    log.failed(TargetAnswer.failure(TargetOutcome.TIMEOUT, "no answer in time"), "vm-2");
    ticker.advance(Duration.ofMinutes(2));
    log.failed(TargetAnswer.failure(TargetOutcome.STATUS, "502 (expected: 2xx)"), "vm-3");
    log.failed(TargetAnswer.failure(TargetOutcome.STATUS, "502 (expected: 2xx)"), "vm-3");

    List<String> said = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(said).hasSize(3);
    assertThat(said.get(0)).isEqualTo("target x: 500 (expected: 2xx), asked about instance vm-1");
    assertThat(said.get(1)).isEqualTo("target x: no answer in time, asked about instance vm-2");
    assertThat(said.get(2))
        .startsWith("target x: 502 (expected: 2xx), asked about instance vm-3; 101 of this kind");
  }
}
