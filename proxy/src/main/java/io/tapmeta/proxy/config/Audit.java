package io.tapmeta.proxy.config;

import io.tapmeta.resolver.text.Fields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is written down of requests.
 *
 * @param log where to
 * @param allowed the part of answered requests that is written too, from 0 to 1
 * @param linesPerSecond of one VM
 * @param burst lines of one VM at once
 */
public record Audit(Target log, double allowed, int linesPerSecond, int burst) {
  static final Audit DEFAULTS = new Audit(Target.OFF, 0, 5, 100);

  private static final int MOST = 1_000_000;

  /**
   * Where lines go.
   *
   * @param file where they go to one
   */
  public record Target(boolean isOn, Optional<Path> file) {
    public static final Target OFF = new Target(false, Optional.empty());
    public static final Target STDERR = new Target(true, Optional.empty());
    static final String FORM = "off, stderr or an absolute path";

    public static Target of(Path file) {
      return new Target(true, Optional.of(file));
    }

    static Target parse(String text) {
      return switch (text) {
        case "off" -> OFF;
        case "stderr" -> STDERR;
        default -> of(Values.file(text));
      };
    }
  }

  static Audit read(Fields fields) {
    return new Audit(
        fields.parsed("log", Target.FORM, Target::parse).orElse(DEFAULTS.log),
        Values.part(fields, "allowed", DEFAULTS.allowed),
        fields.integer("lines_per_second", 1, MOST).orElse(DEFAULTS.linesPerSecond),
        fields.integer("burst", 1, MOST).orElse(DEFAULTS.burst));
  }
}
