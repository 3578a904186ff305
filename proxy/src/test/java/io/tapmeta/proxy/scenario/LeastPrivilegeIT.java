package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the daemon has to be allowed, found by allowing it less. */
@Scenario
final class LeastPrivilegeIT {
  /** To enter the namespaces of guests. */
  private static final String ENTER = "sys_admin";

  /**
   * To answer by an address that no interface has, in modes shared and adopt; and at the end, to have
   * SYNs dropped rather than refused.
   */
  private static final String NETWORK = "net_admin";

  private EveryMode every;

  @BeforeEach
  void start() {
    every = new EveryMode();
  }

  @AfterEach
  void close() {
    every.close();
  }

  @Test
  void twoCapabilitiesAreEnoughForEveryMode() {
    Daemon daemon = confined(ENTER, NETWORK).awaitReady();

    every.isServed();
    // One that comes later has its namespace entered as well.
    Guest late = every.node.vm("late");
    assertThat(late.identity()).isEqualTo(late.record().uuid());
    daemon.terminate();
    assertThat(daemon.exitStatus()).isZero();
    assertThat(daemon.log()).doesNotContain("ERROR", "not permitted");
  }

  @Test
  void withoutTheRightToEnterNamespacesItSaysSoAndEnds() {
    Daemon daemon = confined(NETWORK);

    assertThat(daemon.exitStatus()).isEqualTo(77);
    assertThat(daemon.log()).contains("no CAP_SYS_ADMIN");
    daemon.kill();
  }

  @Test
  void withoutTheRightToForeignAddressesModeNetnsIsServedTheOthersAreNamedAndItEndsWell() {
    Daemon daemon = confined(ENTER).awaitStart().awaitListening(every.separate);

    assertThat(every.separate.identity()).isEqualTo(every.separate.record().uuid());
    assertThat(daemon.awaitLog("not permitted").admin("/readyz").text())
        .contains(every.shared.tap(), "net1");
    daemon.terminate();
    assertThat(daemon.exitStatus()).isZero();
    assertThat(daemon.log()).contains("closed at once");
  }

  /** Root with no more than these, and no way to get more. */
  private Daemon confined(String... capabilities) {
    String set = "-all,+" + String.join(",+", capabilities);
    return every.node.confined(
        every.node.config(),
        "setpriv",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=" + set);
  }
}
