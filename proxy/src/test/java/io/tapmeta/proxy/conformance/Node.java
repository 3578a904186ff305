package io.tapmeta.proxy.conformance;

import io.tapmeta.proxy.scenario.kit.Response;

/** Something that has a guest for each record, and answers it. */
@FunctionalInterface
interface Node {
  /**
   * What the guest of a record gets.
   *
   * @param record its name, or {@link Records#NOBODY}
   */
  Response answer(String record, Ask ask);
}
