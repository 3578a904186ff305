package io.tapmeta.proxy.upstream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tapmeta.proxy.config.UpstreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How https endpoints are trusted and who we are to them, as the files say. */
final class UpstreamTls {
  private UpstreamTls() {}

  static List<Path> files(UpstreamSettings.Tls settings) {
    return Stream.of(settings.authCaCert(), settings.novaClientCert(), settings.novaClientPrivKey())
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Reads the files; empty where no endpoint is https.
   *
   * @throws IOException saying what was expected
   */
  static Optional<SslContext> read(UpstreamSettings settings) throws IOException {
    if (settings.endpoints().stream().noneMatch(endpoint -> endpoint.tls())) {
      return Optional.empty();
    }
    UpstreamSettings.Tls files = settings.tls();
    SslContextBuilder builder = SslContextBuilder.forClient();
    try {
      if (files.insecure()) {
        builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        builder.endpointIdentificationAlgorithm(null);
      } else {
        trust(builder, files.authCaCert());
      }
      if (files.novaClientCert().isPresent() && files.novaClientPrivKey().isPresent()) {
        ClientCertificate own =
            ClientCertificate.read(files.novaClientCert().get(), files.novaClientPrivKey().get());
        builder.keyManager(own.key(), own.chain());
      }
      return Optional.of(builder.build());
    } catch (IllegalArgumentException e) {
      throw new IOException("upstream: " + e.getMessage() + " (expected: PEM files)", e);
    }
  }

  private static void trust(SslContextBuilder builder, Optional<Path> bundle) throws IOException {
    if (bundle.isEmpty()) {
      return;
    }
    Path file = bundle.get();
    try {
      builder.trustManager(file.toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "upstream.auth_ca_cert: %s: %s (expected: a file of certificates in PEM)"
              .formatted(file, Files.isReadable(file) ? "no certificates" : "unreadable"),
          e);
    }
  }
}
