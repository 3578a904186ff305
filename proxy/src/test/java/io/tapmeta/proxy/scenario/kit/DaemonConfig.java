package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A daemon's configuration file; what a test does not say is the node's own or the default. */
public final class DaemonConfig {
  private final Path file;
  private final Map<String, String> guest = new LinkedHashMap<>();
  private final Map<String, String> limits = new LinkedHashMap<>();
  private final Map<String, String> budget = new LinkedHashMap<>();
  private final Map<String, String> policy = new LinkedHashMap<>();
  private final Map<String, String> audit = new LinkedHashMap<>();
  private final Map<String, String> cache = new LinkedHashMap<>();
  private final Map<String, String> upstream = new LinkedHashMap<>();
  private Path attachments;
  private Path records;
  private final Path passwords;
  private final Path socket;
  private int adminPort = 9775;

  DaemonConfig(Path directory, Path attachments, Path records) {
    this.file = directory.resolve("tapmeta.yaml");
    this.attachments = attachments;
    this.records = records;
    this.passwords = directory.resolve("passwords");
    this.socket = directory.resolve("admin.sock");
    guest.put("event_loops", "2");
  }

  public Path file() {
    return file;
  }

  /** Where metrics and health are, on the node's loopback. */
  int adminPort() {
    return adminPort;
  }

  /** A key of the guest section. */
  public DaemonConfig guest(String key, String value) {
    guest.put(key, value);
    return this;
  }

  /** How long a request waits for its record. */
  public DaemonConfig hold(String duration) {
    return guest("hold", duration);
  }

  /** A key of the guest section's limits. */
  public DaemonConfig limit(String key, String value) {
    limits.put(key, value);
    return this;
  }

  /** A key of the budget section. */
  public DaemonConfig budget(String key, int value) {
    budget.put(key, Integer.toString(value));
    return this;
  }

  /** A key of the policy section. */
  public DaemonConfig policy(String key, String value) {
    policy.put(key, value);
    return this;
  }

  /** A key of the audit section. */
  public DaemonConfig audit(String key, String value) {
    audit.put(key, value);
    return this;
  }

  /** A key of the cache section. */
  public DaemonConfig cache(String key, String value) {
    cache.put(key, value);
    return this;
  }

  /** A key of the upstream section, which is not there before it has one. */
  public DaemonConfig upstream(String key, String value) {
    upstream.put(key, value);
    return this;
  }

  public DaemonConfig attachments(Path directory) {
    attachments = directory;
    return this;
  }

  public DaemonConfig records(Path directory) {
    records = directory;
    return this;
  }

  public DaemonConfig adminPort(int port) {
    adminPort = port;
    return this;
  }

  /** Writes it where the daemon reads it. */
  public DaemonConfig write() {
    StringBuilder text = new StringBuilder("guest:\n");
    guest.forEach((key, value) -> text.append("  %s: %s\n".formatted(key, value)));
    text.append("  limits:\n    headers: 100\n");
    limits.forEach((key, value) -> text.append("    %s: %s\n".formatted(key, value)));
    section(text, "budget", budget);
    section(text, "policy", policy);
    section(text, "audit", audit);
    section(text, "cache", cache);
    section(text, "upstream", upstream);
    text.append("attachments: {directory: %s}\n".formatted(attachments));
    text.append("sources: {directory: %s}\n".formatted(records));
    text.append("passwords: {directory: %s}\n".formatted(passwords));
    text.append("admin: {listen: \"127.0.0.1:%d\", socket: %s}\n".formatted(adminPort, socket));
    return replaceBy(text.toString());
  }

  private static void section(StringBuilder text, String name, Map<String, String> keys) {
    if (!keys.isEmpty()) {
      text.append(name).append(":\n");
      keys.forEach((key, value) -> text.append("  %s: %s\n".formatted(key, value)));
    }
  }

  /** Writes any text in its place. */
  public DaemonConfig replaceBy(String text) {
    try {
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
