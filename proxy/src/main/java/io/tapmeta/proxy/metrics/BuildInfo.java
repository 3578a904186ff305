package io.tapmeta.proxy.metrics;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
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

  /** Of the jar that this class is in. */
  public static BuildInfo ofThisJar() {
    Path code;
    try {
      code = Path.of(BuildInfo.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException _) {
      return OUTSIDE_A_JAR;
    }
    if (!code.toString().endsWith(".jar")) {
      return OUTSIDE_A_JAR;
    }
    try (JarFile jar = new JarFile(code.toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      return new BuildInfo(
          Optional.ofNullable(manifest.getValue("Implementation-Version"))
              .orElse(OUTSIDE_A_JAR.version()),
          Optional.ofNullable(manifest.getValue("Implementation-Revision"))
              .orElse(OUTSIDE_A_JAR.revision()));
    } catch (IOException _) {
      return OUTSIDE_A_JAR;
    }
  }
}
