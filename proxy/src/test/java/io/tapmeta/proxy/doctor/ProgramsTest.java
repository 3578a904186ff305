package io.tapmeta.proxy.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgramsTest {
  private final Programs programs = new Programs();

  @Test
  void whatAProgramPrintsAndItsStatusAreKept() throws Unseen {
    Said said = programs.ask("sh", "-c", "echo one; echo two >&2; exit 3");
    assertThat(said).isEqualTo(new Said("sh", 3, "one\n", "two\n"));
    assertThat(said.complaint()).isEqualTo("sh: two");
  }

  @Test
  void argumentsAreNobodysToInterpret() throws Unseen {
    assertThat(programs.ask("printf", "%s", "$HOME; `id`").text()).isEqualTo("$HOME; `id`");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> programs.ask("no-such-program"))
        .isInstanceOf(Unseen.class)
        .hasMessage(
            "no-such-program: not found (expected: in PATH, from the package no-such-program)");
  }

  @Test
  void aProgramThatDoesNotEndIsGivenUp() {
    assertThatThrownBy(() -> new Programs(Duration.ofMillis(50)).ask("sleep", "50"))
        .isInstanceOf(Unseen.class)
        .hasMessageStartingWith("sleep: no answer within");
  }

  @Test
  void nothingPrintedIsAnEmptyListAndNonsenseIsSaid() throws Unseen {
    assertThat(Json.items(new Said("ip", 0, "\n", "").json())).isEmpty();
    assertThatThrownBy(() -> new Said("ip", 0, "{", "").json())
        .isInstanceOf(Unseen.class)
        .hasMessageStartingWith("ip:1: malformed");
    assertThatThrownBy(() -> new Said("nft", 1, "", "Error: x\nmore\n").json())
        .hasMessage("nft: Error: x");
  }
}
