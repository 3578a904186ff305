package io.tapmeta.proxy;

import io.tapmeta.proxy.config.Configuration;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The keys whose change takes a restart. */
final class RestartOnly {
  private static final Map<String, Function<Configuration, Object>> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("guest.port", c -> c.guest().port());
    KEYS.put("guest.addresses", c -> c.guest().addresses());
    KEYS.put("guest.hop_limit", c -> c.guest().hopLimit().map(String::valueOf).orElse("none"));
    KEYS.put("guest.event_loops", c -> c.guest().eventLoops());
    KEYS.put("attachments.directory", c -> c.attachments().directory());
    KEYS.put("sources.directory", c -> c.sources().directory());
    KEYS.put("cache.size", c -> c.cache().size());
    KEYS.put("passwords.directory", c -> c.passwords().directory());
    KEYS.put(
        "vendor_data.jsonfile_path",
        c -> c.vendorData().jsonfilePath().map(Path::toString).orElse("none"));
    KEYS.put("upstream", c -> c.upstream());
    KEYS.put("admin.listen", c -> c.admin().listen());
    KEYS.put("admin.socket", c -> c.admin().socket());
  }

  private RestartOnly() {}

  /** {@code key: old → new} for each that differs. */
  static List<String> changed(Configuration before, Configuration after) {
    return KEYS.entrySet().stream()
        .filter(key -> !key.getValue().apply(before).equals(key.getValue().apply(after)))
        .map(
            key ->
                "%s: %s → %s"
                    .formatted(
                        key.getKey(), key.getValue().apply(before), key.getValue().apply(after)))
        .toList();
  }
}
