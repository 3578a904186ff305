package io.tapmeta.proxy.scenario.kit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * This run of the tests: its own names, its patience, and where the packaged application and the
 * scripts are.
 */
public final class Run {
  /** In the name of everything that this run makes outside of its own namespaces. */
  public static final String ID = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

  private static final AtomicInteger names = new AtomicInteger();

  static {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(10));
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
  }

  private Run() {}

  /** The command of the packaged application. */
  public static Path tapmeta() {
    return home().resolve("bin/tapmeta");
  }

  /** The packaged application. */
  public static Path home() {
    return Path.of(property("tapmeta.home"));
  }

  /** One of netns-scripts. */
  public static Path script(String name) {
    return Path.of(property("tapmeta.scripts"), name);
  }

  /** Stays after the run, for whoever has to find out what went wrong. */
  static Path logs() {
    return home().resolveSibling("scenario-logs");
  }

  static String namespaceName(String kind) {
    return "%s-%s-%d".formatted(kind, ID, names.incrementAndGet());
  }

  /** Fifteen characters, the most that an interface's name may have. */
  static String tapName() {
    String number = Integer.toString(names.incrementAndGet(), Character.MAX_RADIX);
    return "tap%s-%s".formatted(ID, "0".repeat(3 - number.length()) + number);
  }

  /** In the range that Neutron gives its ports. */
  static String mac() {
    int number = names.incrementAndGet();
    return "fa:16:3e:%02x:%02x:%02x"
        .formatted(number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          name + ": not set (expected: by Failsafe, in the parent pom)");
    }
    return value;
  }
}
