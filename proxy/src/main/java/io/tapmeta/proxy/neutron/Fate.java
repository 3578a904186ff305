package io.tapmeta.proxy.neutron;

/** What became of a setting. */
sealed interface Fate {

  /** It made a key, or part of one. */
  record Carried() implements Fate {}

  /** Another setting of the same option counts. */
  record Overridden(Setting by) implements Fate {}

  /** Nothing is lost without it. */
  record NotNeeded(String reason) implements Fate {}

  /**
   * There is no key for it.
   *
   * @param reason why, and what to do instead
   */
  record NotCarried(String reason) implements Fate {}

  /** Nobody's option. */
  record Unknown(String reason) implements Fate {}
}
