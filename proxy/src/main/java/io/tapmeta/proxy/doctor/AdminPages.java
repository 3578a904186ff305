package io.tapmeta.proxy.doctor;

import java.io.IOException;

/** The pages of a running daemon's admin side. */
@FunctionalInterface
public interface AdminPages {
  /**
   * A page's body.
   *
   * @param path with its slash
   * @throws IOException where nobody answers, or not with 200
   */
  String get(String path) throws IOException;
}
