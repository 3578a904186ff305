package io.tapmeta.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/** The backend as the node sees it: its endpoints, secrets, limits and cache, shared by all loops. */
public final class Upstream implements AutoCloseable {
  private final UpstreamSettings settings;
  private final UpstreamMetrics metrics;
  private final Endpoints endpoints;
  private final UpstreamFiles files;
  private final UpstreamHealth health;
  private final UpstreamCache cache;
  private final NodePlaces places;
  private final RetryBudget retryBudget = new RetryBudget();

  /**
   * Reads secrets and certificates, and asks for the addresses of endpoints.
   *
   * @throws IOException naming the file and what was expected
   */
  public Upstream(UpstreamSettings settings, UpstreamMetrics metrics) throws IOException {
    this(settings, metrics, NameService.SYSTEM);
  }

  Upstream(UpstreamSettings settings, UpstreamMetrics metrics, NameService names)
      throws IOException {
    this.settings = settings;
    this.metrics = metrics;
    this.files = new UpstreamFiles(settings);
    this.endpoints = new Endpoints(settings.endpoints());
    this.cache = new UpstreamCache(settings.cache());
    this.places = new NodePlaces(settings.perNode());
    this.health = new UpstreamHealth(settings, endpoints, names, files);
    health.resolve();
  }

  /** What keeps the secrets and certificates from being read, for a look ahead; empty: nothing. */
  public static Optional<String> obstacle(UpstreamSettings settings) {
    try {
      var _ = new UpstreamFiles(settings);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Starts looking after endpoints and files. */
  public void start() {
    health.start();
  }

  /** What forwards for the guests of {@code loop}. */
  public Forwarder newForwarder(EventLoop loop) {
    return new Forwarder(new UpstreamClient(this, loop));
  }

  /** The endpoints that took no connection, and why; empty where there is none. */
  public String problems() {
    return endpoints.all().stream()
        .filter(endpoint -> !endpoint.problem().isEmpty())
        .map(endpoint -> endpoint + ": " + endpoint.problem())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    health.close();
  }

  UpstreamSettings settings() {
    return settings;
  }

  UpstreamMetrics metrics() {
    return metrics;
  }

  Endpoints endpoints() {
    return endpoints;
  }

  UpstreamHealth health() {
    return health;
  }

  UpstreamCache cache() {
    return cache;
  }

  NodePlaces places() {
    return places;
  }

  RetryBudget retryBudget() {
    return retryBudget;
  }

  Secrets secrets() {
    return files.secrets();
  }

  Optional<SslContext> tls() {
    return files.tls();
  }
}
