package io.tapmeta.proxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who we are to backends that ask: a certificate and its key, of which one may have been replaced a
 * moment before the other.
 */
record ClientCertificate(List<X509Certificate> chain, PrivateKey key) {
  private static final String FORM = "an unencrypted key in PKCS #8, as PEM";
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  /** What is signed to see whether the two belong together. */
  private static final byte[] PROBE = {42};

  /**
   * Reads both.
   *
   * @throws IOException naming the file and what was expected; also where the key is another's
   */
  static ClientCertificate read(Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = chain(certificate);
    try {
      PrivateKey own = key(key, chain.getFirst().getPublicKey().getAlgorithm());
      if (!belongTogether(own, chain.getFirst())) {
        throw new IOException("%s (expected: the key of %s)".formatted(key, certificate));
      }
      return new ClientCertificate(chain, own);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("%s: %s (expected: %s)".formatted(key, e.getMessage(), FORM), e);
    }
  }

  private static List<X509Certificate> chain(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": " + e.getMessage() + " (expected: certificates, as PEM)", e);
    }
    throw new IOException(file + ": empty (expected: certificates, as PEM)");
  }

  private static PrivateKey key(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(new String(SecretFile.read(file), StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IOException(file + ": no key in it (expected: " + FORM + ")");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  @Override
  public String toString() {
    return "***";
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(signatureOf(key.getAlgorithm()));
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(PROBE);
    return signature.verify(signed);
  }

  private static String signatureOf(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }
}
