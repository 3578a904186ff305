package io.tapmeta.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.RealNova;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table itself: what it says of Nova is what a real Nova does. */
@RealNova
final class AgainstNovaIT {
  @Test
  void everyRowIsWhatNovaAnswersOrSaysWhyNot(@TempDir Path directory) {
    Command.Result result = Nova.table(directory);

    System.out.print(result.out());
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains(", 0 equal in spite of one, ", ", 0 FAULTS");
  }
}
