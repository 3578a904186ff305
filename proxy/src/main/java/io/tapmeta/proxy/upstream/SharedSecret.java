package io.tapmeta.proxy.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret shared with the backend, by which it believes whom we name: Neutron's {@code
 * metadata_proxy_shared_secret}. Never printed.
 */
public final class SharedSecret {
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;

  private SharedSecret(byte[] secret) {
    this.secret = secret;
  }

  /** The file's bytes, less one line feed at the end. */
  static SharedSecret read(Path file) throws IOException {
    byte[] bytes = SecretFile.read(file);
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
    }
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    if (length == 0) {
      throw new IOException(file + ": empty (expected: the shared secret)");
    }
    return new SharedSecret(Arrays.copyOf(bytes, length));
  }

  static SharedSecret of(String secret) {
    return new SharedSecret(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** The value of {@code X-Instance-ID-Signature}: lower-case hexadecimal HMAC-SHA256. */
  String sign(String instanceId) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return HexFormat.of().formatHex(mac.doFinal(instanceId.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
