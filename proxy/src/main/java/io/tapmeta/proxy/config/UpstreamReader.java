package io.tapmeta.proxy.config;

import io.tapmeta.resolver.text.Fields;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.JsonValue.JsonArray;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code upstream}. */
final class UpstreamReader {
  private static final UpstreamSettings DEFAULTS = UpstreamSettings.DEFAULTS;

  /** cloud-init gives up on a request after ten seconds, and a late 504 helps nobody. */
  private static final Duration LONGEST_DEADLINE = Duration.ofMillis(9500);

  private UpstreamReader() {}

  static UpstreamSettings read(Fields fields) {
    List<EndpointUrl> endpoints =
        fields.parsedList("endpoints", EndpointUrl.FORM, EndpointUrl::parse);
    if (isNothing(fields, "endpoints")) {
      missing(fields, "endpoints", "at least one URL");
    }
    List<Path> secrets = secretFiles(fields);
    if (isNothing(fields, "shared_secret_file")) {
      missing(fields, "shared_secret_file", "the file with metadata_proxy_shared_secret");
    }
    return Values.finish(
        fields,
        new UpstreamSettings(
            endpoints,
            secrets,
            Values.duration(fields, "connect_timeout", DEFAULTS.connectTimeout()),
            Values.duration(
                fields, "deadline", DEFAULTS.deadline(), Duration.ofMillis(100), LONGEST_DEADLINE),
            fields.integer("per_guest", 1, 10_000).orElse(DEFAULTS.perGuest()),
            fields.integer("per_guest_waiting", 0, 10_000).orElse(DEFAULTS.perGuestWaiting()),
            fields.integer("per_node", 1, 100_000).orElse(DEFAULTS.perNode()),
            Values.size(fields, "buffer", DEFAULTS.buffer(), 4096, 16 << 20),
            Values.section(fields, "cache", DEFAULTS.cache(), UpstreamReader::cache),
            tls(fields)));
  }

  /** Absent, or an empty list. */
  private static boolean isNothing(Fields fields, String name) {
    Optional<JsonValue> value = fields.value(name);
    return value.isEmpty() || value.get() instanceof JsonArray list && list.items().isEmpty();
  }

  /** One file, or a list of which the first signs. */
  private static List<Path> secretFiles(Fields fields) {
    Optional<JsonValue> value = fields.value("shared_secret_file");
    if (value.isPresent() && value.get() instanceof JsonArray) {
      return fields.parsedList("shared_secret_file", Values.FILE_FORM, Values::absolute);
    }
    return fields
        .parsed("shared_secret_file", Values.FILE_FORM, Values::absolute)
        .map(List::of)
        .orElse(List.of());
  }

  private static UpstreamSettings.Cache cache(Fields fields) {
    UpstreamSettings.Cache defaults = DEFAULTS.cache();
    return new UpstreamSettings.Cache(
        Values.durationOrNone(fields, "ttl", defaults.ttl()),
        Values.durationOrNone(fields, "negative_ttl", defaults.negativeTtl()),
        Values.durationOrNone(fields, "stale_if_error", defaults.staleIfError()),
        Values.size(fields, "size", defaults.size(), 0, 1 << 30),
        Values.size(fields, "per_guest", defaults.perGuest(), 0, 1 << 30));
  }

  private static UpstreamSettings.Tls tls(Fields fields) {
    Optional<Path> certificate =
        fields.parsed("nova_client_cert", Values.FILE_FORM, Values::absolute);
    Optional<Path> key = fields.parsed("nova_client_priv_key", Values.FILE_FORM, Values::absolute);
    if (certificate.isPresent()) {
      wantsToo(fields, "nova_client_cert", "nova_client_priv_key", "the file with its key");
    }
    if (key.isPresent()) {
      wantsToo(fields, "nova_client_priv_key", "nova_client_cert", "the file with its certificate");
    }
    return new UpstreamSettings.Tls(
        fields.bool("nova_metadata_insecure").orElse(false),
        fields.parsed("auth_ca_cert", Values.FILE_FORM, Values::absolute),
        certificate,
        key);
  }

  /** One key is of no use without the other. */
  private static void wantsToo(Fields fields, String name, String other, String expected) {
    if (isNothing(fields, other)) {
      int line = fields.value(name).map(JsonValue::line).orElse(fields.line());
      fields
          .faults()
          .add(
              line,
              "%s: missing (expected: %s, as %s is there)"
                  .formatted(fields.path(other), expected, fields.path(name)));
    }
  }

  private static void missing(Fields fields, String name, String expected) {
    fields
        .faults()
        .add(fields.line(), "%s: missing (expected: %s)".formatted(fields.path(name), expected));
  }
}
