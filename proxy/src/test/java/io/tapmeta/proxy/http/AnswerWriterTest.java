package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.document.RandomSeed;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.http.AnswerWriter.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class AnswerWriterTest {
  private final AnswerWriter writer = new AnswerWriter();

  @ParameterizedTest
  @EnumSource(Connection.class)
  void theConnectionLineIsTheLastOfTheHead(Connection connection) {
    String expected =
        switch (connection) {
          case IMPLIED -> "\r\n\r\nbody";
          case KEEP_ALIVE -> "\r\nConnection: keep-alive\r\n\r\nbody";
          case CLOSE -> "\r\nConnection: close\r\n\r\nbody";
        };
    String response = write(text("body"), false, connection);
    assertThat(response).endsWith(expected);
    assertThat(response.split("Connection", -1)).hasSize(connection == Connection.IMPLIED ? 1 : 2);
  }

  @ParameterizedTest
  @EnumSource(Connection.class)
  void aHeadResponseIsTheHeadOfTheOther(Connection connection) {
    String whole = write(text("body"), false, connection);
    String head = write(text("body"), true, connection);
    assertThat(undated(head)).isEqualTo(undated(whole.substring(0, whole.length() - 4)));
  }

  @Test
  void theDateIsNow() {
    Instant before = Instant.now().minusSeconds(1);
    String response = write(text("body"), false, Connection.IMPLIED);
    String date = response.substring(response.indexOf("Date: ") + 6).lines().findFirst().orElse("");
    assertThat(date).hasSize(29);
    Instant told = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    assertThat(told).isBetween(before, Instant.now());
    assertThat(Duration.between(told, Instant.now())).isLessThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @EnumSource(Connection.class)
  void theSeedIsFreshEachTimeWhateverTheHeadIs(Connection connection) {
    EncodedAnswer answer = metaData();
    String first = write(answer, false, connection);
    String second = write(answer, false, connection);
    assertThat(seed(first)).hasSize(RandomSeed.TEXT_BYTES).isNotEqualTo(seed(second));
    assertThat(Base64.getDecoder().decode(seed(first))).hasSize(512);
    assertThat(undated(first.replace(seed(first), "")))
        .isEqualTo(undated(second.replace(seed(second), "")));
  }

  @Test
  void theAnswerItselfIsNeverWrittenTo() {
    EncodedAnswer answer = metaData();
    byte[] before = answer.bytes().clone();
    write(answer, false, Connection.CLOSE);
    write(answer, true, Connection.KEEP_ALIVE);
    assertThat(answer.bytes()).isEqualTo(before);
  }

  @Test
  void aHeadResponseOfASeededDocumentHasItsLength() {
    EncodedAnswer answer = metaData();
    String head = write(answer, true, Connection.IMPLIED);
    int body = answer.bytes().length - answer.bodyStart();
    assertThat(head).contains("\r\nContent-Length: " + body + "\r\n").endsWith("\r\n\r\n");
  }

  private static String seed(String response) {
    int start = response.indexOf("\"random_seed\": \"") + 16;
    return response.substring(start, response.indexOf('"', start));
  }

  private static EncodedAnswer metaData() {
    return Objects.requireNonNull(
        new DocumentCache(0)
            .newReader(
                new DocumentCache.CacheMetrics() {
                  @Override
                  public void hit() {}

                  @Override
                  public void miss() {}
                })
            .read(
                Instances.record(Instances.full(), 1),
                RouteTable.complete().find("/openstack/latest/meta_data.json").orElseThrow(),
                () -> "10.0.0.5"));
  }

  private static EncodedAnswer text(String body) {
    return EncodedAnswer.text(200, "OK", body, "");
  }

  /** The second of two at once: the first has the buffer that the writer keeps. */
  private String write(EncodedAnswer answer, boolean headOnly, Connection connection) {
    ByteBuf first = response(answer, headOnly, connection);
    ByteBuf out = response(answer, headOnly, connection);
    try {
      assertThat(first.readableBytes()).isEqualTo(out.readableBytes());
      assertThat(out.isDirect()).isTrue();
      assertThat(out.writableBytes()).as("room that is paid for and not used").isZero();
      return out.toString(StandardCharsets.ISO_8859_1);
    } finally {
      first.release();
      out.release();
    }
  }

  private ByteBuf response(EncodedAnswer answer, boolean headOnly, Connection connection) {
    return writer.response(UnpooledByteBufAllocator.DEFAULT, answer, headOnly, connection);
  }

  private static String undated(String response) {
    return response.replaceAll("Date: [^\r]*", "Date");
  }
}
