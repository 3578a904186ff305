package io.tapmeta.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorCommandTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"../x", ".x", "-x", "a/b", ""})
  void aNameThatCannotBeAnAttachmentsIsWrongUse(String name) {
    CommandRun run = CommandRun.of("doctor", "--", name);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo("tapmeta: TAP: " + name + " (expected: the name of an attachment)\n");
  }

  @Test
  void whatIsNotThereIsBrokenOrRefusedByWhoIsNotRoot() throws IOException {
    CommandRun run = doctor("tapx");
    if (run.status() == 77) {
      assertThat(run.err()).startsWith("tapmeta: doctor: no CAP_SYS_ADMIN (expected: root");
    } else {
      assertThat(run.status()).isEqualTo(69);
      assertThat(run.out()).endsWith(", its last step)\n").contains("tapx: broken at file: ");
    }
  }

  private CommandRun doctor(String tap) throws IOException {
    return CommandRun.of("doctor", "--config", new NodeFiles(temp).configuration().toString(), tap);
  }
}
