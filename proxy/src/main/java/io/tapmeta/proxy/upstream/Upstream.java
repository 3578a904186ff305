package io.tapmeta.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend as the node sees it: its endpoints, secrets, limits and cache, shared by all loops. */
public final class Upstream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  private final UpstreamSettings settings;
  private final UpstreamMetrics metrics;
  private final Endpoints endpoints;
  private final UpstreamHealth health;
  private final UpstreamCache cache;
  private final RetryBudget retryBudget = new RetryBudget();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean forbiddenReported = new AtomicBoolean();
  private volatile Optional<SslContext> tls;

  /**
   * Reads secrets and certificates.
   *
   * @throws IOException naming the file and what was expected
   */
  public Upstream(UpstreamSettings settings, UpstreamMetrics metrics) throws IOException {
    this.settings = settings;
    this.metrics = metrics;
    this.endpoints = new Endpoints(settings.endpoints());
    this.cache = new UpstreamCache(settings);
    this.tls = readTls();
    UpstreamSettings.Tls files = settings.tls();
    List<Path> certificates = new ArrayList<>();
    files.authCaCert().ifPresent(certificates::add);
    files.novaClientCert().ifPresent(certificates::add);
    files.novaClientPrivKey().ifPresent(certificates::add);
    this.health =
        new UpstreamHealth(
            endpoints, settings.sharedSecretFiles(), certificates, () -> tls = readTls());
  }

  /** Starts the thread that looks after endpoints and files. */
  public void start() {
    health.start();
  }

  /** What forwards for the guests of {@code loop}. */
  public Forwarder newForwarder(EventLoop loop) {
    return new Forwarder(new UpstreamClient(this, loop));
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

  UpstreamCache cache() {
    return cache;
  }

  RetryBudget retryBudget() {
    return retryBudget;
  }

  List<SharedSecret> secrets() {
    return health.secrets();
  }

  Optional<SslContext> tls() {
    return tls;
  }

  boolean tryBegin() {
    if (underWay.incrementAndGet() > settings.perNode()) {
      underWay.decrementAndGet();
      return false;
    }
    return true;
  }

  void ended() {
    underWay.decrementAndGet();
  }

  /** A 403 is never the guest's fault: the backend does not believe our signature. */
  void forbidden() {
    if (forbiddenReported.compareAndSet(false, true)) {
      log.error(
          "upstream: 403, which most likely means that upstream.shared_secret_file differs from"
              + " the backend's metadata_proxy_shared_secret (said once)");
    }
  }

  private Optional<SslContext> readTls() throws IOException {
    if (endpoints.all().stream().noneMatch(Endpoint::isTls)) {
      return Optional.empty();
    }
    UpstreamSettings.Tls files = settings.tls();
    SslContextBuilder builder = SslContextBuilder.forClient();
    try {
      if (files.insecure()) {
        builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        builder.endpointIdentificationAlgorithm(null);
      } else {
        files.authCaCert().ifPresent(file -> builder.trustManager(file.toFile()));
      }
      if (files.novaClientCert().isPresent() && files.novaClientPrivKey().isPresent()) {
        builder.keyManager(
            files.novaClientCert().get().toFile(), files.novaClientPrivKey().get().toFile());
      }
      return Optional.of(builder.build());
    } catch (IllegalArgumentException e) {
      throw new IOException("upstream: " + e.getMessage() + " (expected: PEM files)", e);
    }
  }
}
