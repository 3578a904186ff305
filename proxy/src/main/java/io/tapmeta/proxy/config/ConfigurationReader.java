package io.tapmeta.proxy.config;

import io.tapmeta.proxy.config.Configuration.Admin;
import io.tapmeta.proxy.config.Configuration.Attachments;
import io.tapmeta.proxy.config.Configuration.Cache;
import io.tapmeta.proxy.config.Configuration.Guest;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.config.Configuration.Passwords;
import io.tapmeta.proxy.config.Configuration.Sources;
import io.tapmeta.proxy.config.Configuration.VendorData;
import io.tapmeta.proxy.config.Configuration.VendorData.Target;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.IpAddress;
import io.tapmeta.resolver.instance.Policy;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonNull;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import io.tapmeta.resolver.text.TextReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a configuration file. All of its faults are found in one pass. */
public final class ConfigurationReader {
  private static final int MAX_EVENT_LOOPS = 64;

  /** The kernel's place for a path, less the zero at its end. */
  private static final int LONGEST_SOCKET = 107;

  private static final String GUEST_ADDRESS_FORM =
      IpAddress.FORM + ", each once, no loopback, multicast or unspecified one";

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
        .map(ConfigurationReader::nothingAsEmpty)
        .flatMap(value -> Fields.of(value, "", faults))
        .map(fields -> new ConfigurationReader(faults).configuration(fields))
        .filter(configuration -> faults.isEmpty());
  }

  /** YAML that has marks and comments only says null. */
  private static JsonValue nothingAsEmpty(JsonValue value) {
    return value instanceof JsonNull(int line) ? new JsonObject(Map.of(), line) : value;
  }

  private Configuration configuration(Fields fields) {
    Configuration defaults = Configuration.DEFAULTS;
    return Values.finish(
        fields,
        new Configuration(
            Values.section(fields, "guest", defaults.guest(), this::guest),
            defaults.budget().with(Values.section(fields, "budget", Budget.UNSAID, Budget::read)),
            defaults.policy().with(Values.section(fields, "policy", Policy.UNSAID, this::policy)),
            Values.section(fields, "audit", defaults.audit(), Audit::read),
            Values.section(fields, "attachments", defaults.attachments(), this::attachments),
            Values.section(fields, "sources", defaults.sources(), this::sources),
            Values.section(fields, "cache", defaults.cache(), this::cache),
            Values.section(fields, "passwords", defaults.passwords(), this::passwords),
            Values.section(fields, "vendor_data", defaults.vendorData(), this::vendorData),
            fields.object("upstream").map(UpstreamReader::read),
            Values.section(fields, "admin", defaults.admin(), this::admin)));
  }

  private Guest guest(Fields fields) {
    Guest defaults = Guest.DEFAULTS;
    return new Guest(
        fields.integer("port", 1, 65_535).orElse(defaults.port()),
        addresses(fields, defaults.addresses()),
        fields.integer("event_loops", 1, MAX_EVENT_LOOPS).orElse(defaults.eventLoops()),
        Values.duration(fields, "hold", defaults.hold()),
        fields.integer("hop_limit", 1, Policy.MOST_HOPS),
        Values.section(fields, "limits", defaults.limits(), this::limits));
  }

  /** The node's hop limit is older than those of records, and has its own place. */
  private Policy policy(Fields fields) {
    Policy policy = Policy.read(fields);
    if (policy.hopLimit().isPresent()) {
      faults.add(
          fields.raw("hop_limit").map(JsonValue::line).orElse(fields.line()),
          fields.path("hop_limit") + ": a record's (expected: the node's in guest.hop_limit)");
    }
    return policy;
  }

  private Limits limits(Fields fields) {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        Values.size(fields, "request_line", defaults.requestLine(), 256, 64 * 1024),
        fields.integer("headers", 10, 1000).orElse(defaults.headers()),
        Values.size(fields, "head", defaults.head(), 1024, 256 * 1024),
        Values.size(fields, "body", defaults.body(), 0, 16 * 1024 * 1024),
        Values.duration(fields, "head_timeout", defaults.headTimeout()),
        Values.duration(fields, "body_timeout", defaults.bodyTimeout()),
        Values.duration(fields, "idle_timeout", defaults.idleTimeout()),
        Values.duration(fields, "write_timeout", defaults.writeTimeout()),
        fields.integer("held", 0, 10_000).orElse(defaults.held()));
  }

  private Attachments attachments(Fields fields) {
    return new Attachments(Values.path(fields, "directory", Attachments.DEFAULTS.directory()));
  }

  private Sources sources(Fields fields) {
    return new Sources(Values.path(fields, "directory", Sources.DEFAULTS.directory()));
  }

  private Cache cache(Fields fields) {
    return new Cache(Values.size(fields, "size", Cache.DEFAULTS.size(), 0, 1 << 30));
  }

  private Passwords passwords(Fields fields) {
    return new Passwords(Values.path(fields, "directory", Passwords.DEFAULTS.directory()));
  }

  private VendorData vendorData(Fields fields) {
    VendorData defaults = VendorData.DEFAULTS;
    return new VendorData(
        fields.parsed("jsonfile_path", Values.FILE_FORM, Values::file),
        targets(fields),
        Values.duration(fields, "dynamic_connect_timeout", defaults.dynamicConnectTimeout()),
        Values.duration(fields, "dynamic_read_timeout", defaults.dynamicReadTimeout()),
        fields.bool("dynamic_failure_fatal").orElse(defaults.dynamicFailureFatal()),
        fields.parsed(
            "dynamic_ssl_certfile", CaBundle.FORM, text -> CaBundle.read(Values.absolute(text))),
        Values.durationOrNone(fields, "dynamic_cache", defaults.dynamicCache()));
  }

  private static List<Target> targets(Fields fields) {
    Set<String> names = new HashSet<>();
    return fields.parsedList(
        "dynamic_targets",
        Target.FORM,
        text -> {
          Target target = Target.parse(text);
          if (!names.add(target.name())) {
            throw new IllegalArgumentException(text);
          }
          return target;
        });
  }

  private Admin admin(Fields fields) {
    return new Admin(
        fields
            .parsed("listen", "an address and a port such as 127.0.0.1:9775", ListenAddress::parse)
            .orElse(Admin.DEFAULTS.listen()),
        socket(fields));
  }

  private Path socket(Fields fields) {
    Path socket = Values.path(fields, "socket", Admin.DEFAULTS.socket());
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET) {
      faults.add(
          fields.raw("socket").map(JsonValue::line).orElse(fields.line()),
          "%s: %d bytes long (expected: at most %d, as for any Unix socket)"
              .formatted(fields.path("socket"), length, LONGEST_SOCKET));
    }
    return socket;
  }

  private List<InetAddress> addresses(Fields fields, List<InetAddress> defaults) {
    Set<InetAddress> seen = new HashSet<>();
    List<InetAddress> addresses =
        fields.parsedList(
            "addresses",
            GUEST_ADDRESS_FORM,
            text -> {
              InetAddress address = InetAddress.ofLiteral(IpAddress.parse(text).text());
              if (address.isLoopbackAddress()
                  || address.isMulticastAddress()
                  || address.isAnyLocalAddress()
                  || !seen.add(address)) {
                throw new IllegalArgumentException(text);
              }
              return address;
            });
    if (fields.value("addresses").orElse(null) instanceof JsonArray given
        && given.items().isEmpty()) {
      faults.add(
          given.line(), fields.path("addresses") + ": empty (expected: at least one address)");
    }
    return addresses.isEmpty() ? defaults : addresses;
  }
}
