package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that appear whole, by rename, as everybody who writes for the daemon has to do it. */
public final class Placement {
  private Placement() {}

  public static void place(Path file, String text) {
    try {
      Path fresh = file.resolveSibling("." + file.getFileName());
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
