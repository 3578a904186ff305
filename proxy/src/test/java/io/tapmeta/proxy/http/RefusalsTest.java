package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.gate.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalsTest {
  @ParameterizedTest
  @EnumSource(Refusal.class)
  void everyRefusalIsAShortTextWithTheRightLength(Refusal refusal) {
    EncodedAnswer answer = Refusals.answer(refusal);
    String text = new String(answer.bytes(), StandardCharsets.US_ASCII);
    String body = refusal.reason() + "\n";
    assertThat(text)
        .startsWith("HTTP/1.1 " + refusal.status() + " " + refusal.reason() + "\r\nDate: ")
        .contains("\r\nContent-Type: text/plain; charset=UTF-8\r\n")
        .contains("\r\nContent-Length: " + body.length() + "\r\n")
        .endsWith("\r\n\r\n" + body)
        .doesNotContain("Connection")
        .doesNotContain("ETag");
    assertThat(answer.status()).isEqualTo(refusal.status());
    assertThat(text.contains("\r\nRetry-After: 1\r\n")).isEqualTo(refusal.retryable());
    assertThat(text.contains("\r\nAllow: GET, HEAD\r\n")).isEqualTo(refusal.status() == 405);
    assertThat(body.length()).isLessThan(40);
  }
}
