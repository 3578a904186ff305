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
      fields
          .faults()
          .add(fields.line(), fields.path("endpoints") + ": missing (expected: at least one URL)");
    }
    List<Path> secrets = secretFiles(fields);
    if (isNothing(fields, "shared_secret_file")) {
      fields
          .faults()
          .add(
              fields.line(),
              fields.path("shared_secret_file")
                  + ": missing (expected: the file with metadata_proxy_shared_secret)");
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
        Values.size(fields, "size", defaults.size(), 0, 1 << 30));
  }

  private static UpstreamSettings.Tls tls(Fields fields) {
    return new UpstreamSettings.Tls(
        fields.bool("nova_metadata_insecure").orElse(false),
        fields.parsed("auth_ca_cert", Values.FILE_FORM, Values::absolute),
        fields.parsed("nova_client_cert", Values.FILE_FORM, Values::absolute),
        fields.parsed("nova_client_priv_key", Values.FILE_FORM, Values::absolute));
  }
}
