package io.tapmeta.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Nova-style backend behind this node. Neutron's words where it has them.
 *
 * @param endpoints of which any will do
 * @param sharedSecretFiles the first signs; the others are tried where it is refused, so that a
 *     secret can be changed without a gap
 * @param connectTimeout for one connection
 * @param deadline from the request to the last byte of its answer; below the ten seconds that
 *     cloud-init waits
 * @param perGuest requests of one guest under way at the same time
 * @param perGuestWaiting further requests of one guest that wait for a place
 * @param perNode requests of all guests under way at the same time
 * @param buffer bytes of an answer that are collected; a longer one is streamed
 */
public record UpstreamSettings(
    List<EndpointUrl> endpoints,
    List<Path> sharedSecretFiles,
    Duration connectTimeout,
    Duration deadline,
    int perGuest,
    int perGuestWaiting,
    int perNode,
    int buffer,
    Cache cache,
    Tls tls) {

  /** Every key's default; the two that have none are empty. */
  static final UpstreamSettings DEFAULTS =
      new UpstreamSettings(
          List.of(),
          List.of(),
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          16,
          64,
          256,
          256 * 1024,
          Cache.DEFAULTS,
          new Tls(false, Optional.empty(), Optional.empty(), Optional.empty()));

  /**
   * How long the backend's answers are kept.
   *
   * @param ttl how long one counts as fresh, by default as long as in Nova's own cache
   * @param negativeTtl the same for a 404
   * @param staleIfError how much longer it may stand in for a backend in trouble
   * @param size bytes of all
   * @param perGuest bytes of one guest, whose least recently used answers make place for new ones
   */
  public record Cache(
      Duration ttl, Duration negativeTtl, Duration staleIfError, long size, long perGuest) {
    static final Cache DEFAULTS =
        new Cache(
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofMinutes(5),
            16L * 1024 * 1024,
            1024 * 1024);
  }

  /**
   * How https endpoints are trusted, and how we show who we are.
   *
   * @param insecure Neutron's {@code nova_metadata_insecure}: certificates are not looked at
   */
  public record Tls(
      boolean insecure,
      Optional<Path> authCaCert,
      Optional<Path> novaClientCert,
      Optional<Path> novaClientPrivKey) {}
}
