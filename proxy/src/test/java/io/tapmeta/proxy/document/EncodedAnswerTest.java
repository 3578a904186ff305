package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EncodedAnswerTest {
  private static final String DATE = " ".repeat(EncodedAnswer.DATE_BYTES);

  @Test
  void aDocumentIsAWholeResponseWithSlots() {
    EncodedAnswer answer = EncodedAnswer.ok(Document.text("meta-data/"));
    assertThat(text(answer))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\nDate: "
                + DATE
                + "\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: 10\r\nETag: "
                + answer.entityTag()
                + "\r\n\r\nmeta-data/");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(answer).substring(answer.dateOffset())).startsWith(DATE + "\r\nContent-Type: ");
    assertThat(text(answer).substring(answer.headEnd())).isEqualTo("\r\nmeta-data/");
    assertThat(text(answer).substring(answer.bodyStart())).isEqualTo("meta-data/");
    assertThat(answer.seedOffset()).isEqualTo(Document.NO_SEED);
  }

  @Test
  void anyBytesAreABody() {
    byte[] body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    EncodedAnswer answer = EncodedAnswer.ok(Document.text(body));
    assertThat(
            java.util.Arrays.copyOfRange(answer.bytes(), answer.bodyStart(), answer.bytes().length))
        .isEqualTo(body);
  }

  @Test
  void aSeededDocumentHasItsSlotInTheBodyAndNoTag() {
    Document document = MetaDataJson.render(Instances.full(), OpenStackVersion.LATEST);
    EncodedAnswer answer = EncodedAnswer.ok(document);
    assertThat(text(answer).substring(answer.seedOffset()))
        .startsWith(" ".repeat(RandomSeed.TEXT_BYTES) + "\", \"project_id\"");
    assertThat(text(answer).substring(0, answer.seedOffset())).endsWith("\"random_seed\": \"");
    assertThat(answer.entityTag()).isEmpty();
    assertThat(text(answer)).doesNotContain("ETag");
  }

  @Test
  void equalBodiesHaveEqualTags() {
    assertThat(EncodedAnswer.ok(Document.text("a")).entityTag())
        .isEqualTo(EncodedAnswer.ok(Document.text("a")).entityTag())
        .isNotEqualTo(EncodedAnswer.ok(Document.text("b")).entityTag());
  }

  @Test
  void notModifiedIsTheTagAlone() {
    EncodedAnswer answer = EncodedAnswer.ok(Document.text("meta-data/"));
    EncodedAnswer unchanged = answer.notModified();
    assertThat(text(unchanged))
        .isEqualTo(
            "HTTP/1.1 304 Not Modified\r\nDate: "
                + DATE
                + "\r\nETag: "
                + answer.entityTag()
                + "\r\n\r\n");
    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.bodyStart()).isEqualTo(unchanged.bytes().length);
  }

  @Test
  void aShortTextHasItsLengthAndItsHeaders() {
    assertThat(text(EncodedAnswer.text(503, "Service Unavailable", "é\n", "Retry-After: 1\r\n")))
        .isEqualTo(
            "HTTP/1.1 503 Service Unavailable\r\nDate: "
                + DATE
                + "\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: 3\r\n"
                + "Retry-After: 1\r\n\r\né\n");
  }

  @Test
  void passwordsHaveTheFrameworksTypeAndAreNotReusable() {
    assertThat(text(PasswordAnswers.of("secret".getBytes(StandardCharsets.UTF_8))))
        .contains("\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: 6\r\n")
        .endsWith("\r\n\r\nsecret");
    assertThat(text(PasswordAnswers.STORED)).contains("\r\nContent-Length: 0\r\n");
  }

  private static String text(EncodedAnswer answer) {
    return new String(answer.bytes(), StandardCharsets.UTF_8);
  }
}
