package io.tapmeta.proxy.doctor;

import static io.tapmeta.proxy.doctor.Captured.OWN;
import static io.tapmeta.proxy.doctor.Captured.PLACES;
import static io.tapmeta.proxy.doctor.Captured.TAP;
import static io.tapmeta.proxy.doctor.Captured.rules;
import static io.tapmeta.proxy.doctor.Captured.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.doctor.Finding.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenStepsTest {
  private static final String LISTENING =
      "[{\"name\": \"%s\", \"state\": \"listening\", \"why\": \"\"}]".formatted(TAP);

  @Test
  void connectionsOfBothFamiliesAreCounted() {
    assertThat(ListenSteps.translation(OWN, saved("9697"), true, 9697, false))
        .isEqualTo(Finding.ok(Step.TRANSLATION, "to port 9697, 2 connections, 1 of them IPv6"));
  }

  @Test
  void theRuleThatIsMissingIsNamed() {
    assertThat(ListenSteps.translation(OWN, List.of(), true, 9697, false).seen())
        .startsWith("no DNAT of 169.254.169.254:80 (expected: ");
    List<Translation> four = Translation.saved(text("iptables-save.txt"), "169.254.169.254", "md0");
    assertThat(ListenSteps.translation(OWN, four, true, 9697, false).seen())
        .startsWith("no DNAT of [fe80::a9fe:a9fe]:80 (expected: ");
    assertThat(ListenSteps.translation(OWN, four, false, 9697, false).verdict())
        .isEqualTo(Verdict.OK);
  }

  @Test
  void aTranslationToAnotherPortThanTheDaemonsIsBroken() {
    assertThat(ListenSteps.translation(OWN, saved("9698"), true, 9697, false).seen())
        .isEqualTo(
            "DNAT to 169.254.169.254:9698 (expected: 169.254.169.254:9697, where the daemon's"
                + " guest.port is)");
  }

  @Test
  void aTranslationOfAnotherInterfaceIsNone() {
    assertThat(Translation.saved(text("iptables-save.txt"), "169.254.169.254", "md1")).isEmpty();
  }

  @Test
  void noConnectionSoFarIsUnknown() {
    List<Translation> none = List.of(new Translation("169.254.169.254:9697", false, 0));
    assertThat(ListenSteps.translation(OWN, none, false, 9697, false).verdict())
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void translationsOfNftablesAreReadToo() {
    assertThat(Translation.of(rules("adopted-inet.json", "", "")))
        .containsExactly(
            new Translation("169.254.169.254:9697", false, 1),
            new Translation("[fe80::a9fe:a9fe]:9697", true, 0));
    assertThat(Translation.of(rules("shared-inet.json", "", ""))).hasSize(2);
  }

  @Test
  void theSocketsAreThoseOfTheInterface() {
    assertThat(ListenSteps.socket(OWN, text("ss.txt"), true, 9697, true))
        .isEqualTo(
            Finding.ok(Step.SOCKET, "169.254.169.254%md0:9697 and [fe80::a9fe:a9fe]%md0:9697"));
    String anybodys = text("ss.txt").replace("169.254.169.254%md0", "0.0.0.0");
    assertThat(ListenSteps.socket(OWN, anybodys, true, 9697, true).seen())
        .startsWith("nobody listens on 169.254.169.254%md0:9697");
  }

  @Test
  void aMissingSocketIsTheDaemonsToExplainUnlessItSaysThatItListens() {
    assertThat(ListenSteps.socket(OWN, "", false, 9697, false).verdict())
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(ListenSteps.socket(OWN, "", false, 9697, true).verdict()).isEqualTo(Verdict.BROKEN);
  }

  @Test
  void theDaemonListensOrSaysWhyNot() throws Unseen {
    assertThat(daemon(page -> LISTENING)).isEqualTo(Finding.ok(Step.DAEMON, "listening"));
    assertThat(
            daemon(page -> LISTENING.replace("listening\", \"why\": \"", "failed\", \"why\": \"x")))
        .isEqualTo(Finding.broken(Step.DAEMON, "failed: x"));
    assertThat(daemon(page -> "[]").seen())
        .isEqualTo(
            "the daemon does not know %s (expected: its attachments.directory is /attachments)"
                .formatted(TAP));
  }

  @Test
  void aDaemonThatIsNotThereIsNamedWithItsSocket() throws Unseen {
    AdminPages none =
        _ -> {
          throw new IOException("Connection refused");
        };
    assertThat(daemon(none).seen())
        .isEqualTo("no daemon answers at /admin.sock: Connection refused (expected: tapmeta run)");
  }

  @Test
  void aDaemonWhoseLoopsStandStillIsBroken() throws Unseen {
    AdminPages stuck =
        page -> {
          if (page.equals("/healthz")) {
            throw new IOException("HTTP/1.1 503 Service Unavailable");
          }
          return LISTENING;
        };
    assertThat(daemon(stuck).seen()).startsWith("an event loop stands still");
  }

  private static Finding daemon(AdminPages pages) throws Unseen {
    return ListenSteps.daemon(new DaemonView(pages), OWN, PLACES);
  }

  private static List<Translation> saved(String port) {
    List<Translation> all =
        new ArrayList<>(
            Translation.saved(
                text("iptables-save.txt").replace("9697", port), "169.254.169.254", "md0"));
    all.addAll(
        Translation.saved(
            text("ip6tables-save.txt").replace("9697", port), "fe80::a9fe:a9fe", "md0"));
    return all;
  }
}
