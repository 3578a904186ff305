package io.tapmeta.proxy.doctor;

import org.jspecify.annotations.Nullable;

/** A fact that is asked for when it is first wanted, and then known; or known to be not to be had. */
final class Once<T> {
  /** How it is asked for. */
  @FunctionalInterface
  interface Source<T> {
    T ask() throws Unseen;
  }

  private final Source<T> source;
  private @Nullable T value;
  private @Nullable Unseen unseen;

  Once(Source<T> source) {
    this.source = source;
  }

  /** Whoever comes while it is being asked for waits. */
  synchronized T get() throws Unseen {
    if (unseen != null) {
      throw unseen;
    }
    T known = value;
    if (known == null) {
      try {
        known = source.ask();
        value = known;
      } catch (Unseen e) {
        unseen = e;
        throw e;
      }
    }
    return known;
  }
}
