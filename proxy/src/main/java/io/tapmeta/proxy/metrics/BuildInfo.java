package io.tapmeta.proxy.metrics;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * Which build this is, from the jar's manifest.
 *
 * @param version of the project; {@code dev} outside of a jar
 * @param revision of the source
 */
public record BuildInfo(String version, String revision) {
  private static final BuildInfo OUTSIDE_A_JAR = new BuildInfo("dev", "unknown");

  /**
   * Of the jar that this class is in: the one it is read from now. Where its code comes from, as the
   * JVM tells it, is the place at which the AOT cache was made, and nothing where that is gone.
   */
  public static BuildInfo ofThisJar() {
    try {
      URL code = Objects.requireNonNull(BuildInfo.class.getResource("BuildInfo.class"));
      if (!(code.openConnection() instanceof JarURLConnection jar)) {
        return OUTSIDE_A_JAR;
      }
      jar.setUseCaches(false);
      try (JarFile file = jar.getJarFile()) {
        Attributes manifest = file.getManifest().getMainAttributes();
        return new BuildInfo(
            Optional.ofNullable(manifest.getValue("Implementation-Version"))
                .orElse(OUTSIDE_A_JAR.version()),
            Optional.ofNullable(manifest.getValue("Implementation-Revision"))
                .orElse(OUTSIDE_A_JAR.revision()));
      }
    } catch (IOException _) {
      return OUTSIDE_A_JAR;
    }
  }
}
