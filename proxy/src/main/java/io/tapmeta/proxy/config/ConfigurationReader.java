package io.tapmeta.proxy.config;

import io.tapmeta.proxy.config.Configuration.Admin;
import io.tapmeta.proxy.config.Configuration.Attachments;
import io.tapmeta.proxy.config.Configuration.Cache;
import io.tapmeta.proxy.config.Configuration.Guest;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.config.Configuration.Passwords;
import io.tapmeta.proxy.config.Configuration.Sources;
import io.tapmeta.resolver.instance.IpAddress;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.TextReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads a configuration file. All of its faults are found in one pass. */
public final class ConfigurationReader {
  private static final int MAX_EVENT_LOOPS = 64;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Faults faults;

  private ConfigurationReader(Faults faults) {
    this.faults = faults;
  }

  /** The configuration of {@code file}, or empty with the reasons among the faults. */
  public static Optional<Configuration> read(Path file, Faults faults) {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (NoSuchFileException _) {
      faults.add(0, "no such file (expected: a configuration file)");
      return Optional.empty();
    } catch (IOException e) {
      faults.add(0, "unreadable, " + e + " (expected: a configuration file)");
      return Optional.empty();
    }
    return TextReader.read(text, faults)
        .flatMap(value -> Fields.of(value, "", faults))
        .map(fields -> new ConfigurationReader(faults).configuration(fields))
        .filter(configuration -> faults.isEmpty());
  }

  private Configuration configuration(Fields fields) {
    Configuration defaults = Configuration.DEFAULTS;
    return finish(
        fields,
        new Configuration(
            section(fields, "guest", defaults.guest(), this::guest),
            section(fields, "attachments", defaults.attachments(), this::attachments),
            section(fields, "sources", defaults.sources(), this::sources),
            section(fields, "cache", defaults.cache(), this::cache),
            section(fields, "passwords", defaults.passwords(), this::passwords),
            section(fields, "admin", defaults.admin(), this::admin)));
  }

  private Guest guest(Fields fields) {
    Guest defaults = Guest.DEFAULTS;
    return new Guest(
        fields.integer("port", 1, 65_535).orElse(defaults.port()),
        addresses(fields, defaults.addresses()),
        fields.integer("event_loops", 1, MAX_EVENT_LOOPS).orElse(defaults.eventLoops()),
        duration(fields, "hold", defaults.hold()),
        section(fields, "limits", defaults.limits(), this::limits));
  }

  private Limits limits(Fields fields) {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        size(fields, "request_line", defaults.requestLine(), 256, 64 * 1024),
        fields.integer("headers", 10, 1000).orElse(defaults.headers()),
        size(fields, "head", defaults.head(), 1024, 256 * 1024),
        size(fields, "body", defaults.body(), 0, 16 * 1024 * 1024),
        duration(fields, "head_timeout", defaults.headTimeout()),
        duration(fields, "body_timeout", defaults.bodyTimeout()),
        duration(fields, "idle_timeout", defaults.idleTimeout()),
        duration(fields, "write_timeout", defaults.writeTimeout()),
        fields.integer("held", 0, 10_000).orElse(defaults.held()));
  }

  private Attachments attachments(Fields fields) {
    return new Attachments(path(fields, "directory", Attachments.DEFAULTS.directory()));
  }

  private Sources sources(Fields fields) {
    return new Sources(path(fields, "directory", Sources.DEFAULTS.directory()));
  }

  private Cache cache(Fields fields) {
    return new Cache(size(fields, "size", (int) Cache.DEFAULTS.size(), 0, 1 << 30));
  }

  private Passwords passwords(Fields fields) {
    return new Passwords(path(fields, "directory", Passwords.DEFAULTS.directory()));
  }

  private Admin admin(Fields fields) {
    return new Admin(
        fields
            .parsed("listen", "an address and a port such as 127.0.0.1:9775", ListenAddress::parse)
            .orElse(Admin.DEFAULTS.listen()),
        path(fields, "socket", Admin.DEFAULTS.socket()));
  }

  private List<InetAddress> addresses(Fields fields, List<InetAddress> defaults) {
    List<InetAddress> addresses =
        fields.parsedList(
            "addresses",
            IpAddress.FORM,
            text -> InetAddress.ofLiteral(IpAddress.parse(text).text()));
    if (addresses.isEmpty() && fields.value("addresses").isPresent() && faults.isEmpty()) {
      faults.add(
          fields.line(), fields.path("addresses") + ": empty (expected: at least one address)");
    }
    return addresses.isEmpty() ? defaults : addresses;
  }

  private Duration duration(Fields fields, String name, Duration byDefault) {
    return fields
        .parsed(
            name,
            Units.DURATION_FORM + ", up to 1h",
            text -> {
              Duration duration = Units.duration(text);
              if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(text);
              }
              return duration;
            })
        .orElse(byDefault);
  }

  private int size(Fields fields, String name, int byDefault, int min, int max) {
    return fields
        .parsed(
            name,
            "%s, from %d to %d bytes".formatted(Units.SIZE_FORM, min, max),
            text -> {
              long size = Units.size(text);
              if (size < min || size > max) {
                throw new IllegalArgumentException(text);
              }
              return (int) size;
            })
        .orElse(byDefault);
  }

  private Path path(Fields fields, String name, Path byDefault) {
    return fields
        .parsed(
            name,
            "an absolute path",
            text -> {
              Path path = Path.of(text);
              if (!path.isAbsolute()) {
                throw new IllegalArgumentException(text);
              }
              return path.normalize();
            })
        .orElse(byDefault);
  }

  private <T> T section(Fields fields, String name, T defaults, Function<Fields, T> read) {
    return fields.object(name).map(nested -> finish(nested, read.apply(nested))).orElse(defaults);
  }

  private static <T> T finish(Fields fields, T value) {
    fields.finish();
    return value;
  }
}
