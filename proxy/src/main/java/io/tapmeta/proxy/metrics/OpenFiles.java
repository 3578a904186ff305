package io.tapmeta.proxy.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How many files and sockets the process has open, and how many it may: the gauges of Micrometer's
 * {@code FileDescriptorMetrics}, but for how the open ones are counted. The JDK lists them, and a
 * scrape would take the longer the more connections there are.
 */
final class OpenFiles implements MeterBinder {
  private static final Path DIRECTORY = Path.of("/proc/self/fd");

  private final @Nullable UnixOperatingSystemMXBean system =
      ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
          ? unix
          : null;

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("process.files.open", this::open)
        .description("The open file descriptor count")
        .baseUnit(BaseUnits.FILES)
        .register(registry);
    Gauge.builder("process.files.max", this::most)
        .description("The maximum file descriptor count")
        .baseUnit(BaseUnits.FILES)
        .register(registry);
  }

  /** Since Linux 6.2 the directory's size is their number; before, it is 0. */
  private double open() {
    try {
      long size = Files.size(DIRECTORY);
      if (size > 0) {
        return size;
      }
    } catch (IOException _) {
      // Then they are listed.
    }
    return system == null ? Double.NaN : system.getOpenFileDescriptorCount();
  }

  private double most() {
    return system == null ? Double.NaN : system.getMaxFileDescriptorCount();
  }
}
