package io.tapmeta.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
  private static final int FILES = 300;

  /** Other threads of this process may open and close some meanwhile. */
  private static final double OTHERS = 100;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void theOpenOnesAreAsManyAsTheJdkFindsByListingThem() throws IOException {
    new OpenFiles().bindTo(registry);
    UnixOperatingSystemMXBean jdk =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<InputStream> files = new ArrayList<>();
    try {
      double before = gauge("process.files.open");
      for (int i = 0; i < FILES; i++) {
        files.add(Files.newInputStream(Path.of("/dev/null")));
      }
      assertThat(gauge("process.files.open")).isCloseTo(before + FILES, within(OTHERS));
      assertThat(gauge("process.files.open"))
          .isCloseTo((double) jdk.getOpenFileDescriptorCount(), within(OTHERS));
      assertThat(gauge("process.files.max")).isEqualTo((double) jdk.getMaxFileDescriptorCount());
    } finally {
      for (InputStream file : files) {
        file.close();
      }
    }
  }

  /** Micrometer keeps no hold on the object of a gauge, unless it is told to. */
  @Test
  void theGaugesOutliveACollection() {
    new OpenFiles().bindTo(registry);
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    await()
        .until(
            () -> {
              System.gc();
              return garbage.refersTo(null);
            });
    assertThat(gauge("process.files.open")).isFinite().isPositive();
    assertThat(gauge("process.files.max")).isFinite().isPositive();
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
