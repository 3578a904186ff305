package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.gate.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The answer to each refusal, encoded once. */
final class Refusals {
  private static final Map<Refusal, EncodedAnswer> ANSWERS = new EnumMap<>(Refusal.class);

  static {
    for (Refusal refusal : Refusal.values()) {
      String more =
          switch (refusal) {
            case METHOD_REFUSED -> "Allow: GET, HEAD\r\n";
            default -> refusal.retryable() ? "Retry-After: 1\r\n" : "";
          };
      ANSWERS.put(
          refusal,
          EncodedAnswer.text(refusal.status(), refusal.reason(), refusal.reason() + "\n", more));
    }
  }

  private Refusals() {}

  static EncodedAnswer answer(Refusal refusal) {
    return Objects.requireNonNull(ANSWERS.get(refusal));
  }
}
