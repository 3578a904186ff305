package io.tapmeta.proxy.neutron;

import java.nio.file.Path;

/**
 * Where the configuration says that the shared secret is.
 *
 * @param written true where it is put there along with the configuration
 */
public record SecretPlace(Path file, boolean written) {
  /** Where it is looked for if nobody says otherwise. */
  public static final SecretPlace USUAL =
      new SecretPlace(Path.of("/etc/tapmeta/shared-secret"), false);
}
