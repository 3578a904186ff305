package io.tapmeta.proxy.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What an answer has to be; what is empty is not looked at.
 *
 * @param like a path: the answer is the same as to a GET of that, which is a 200
 * @param body its bytes as text, the seed as {@link #SEED}
 * @param headers by name: a value, {@link #ANY} or {@link #NONE}
 * @param again what a second answer to the same request has to be
 */
record Expected(
    Optional<String> like,
    int status,
    Optional<String> type,
    Optional<byte[]> body,
    OptionalInt length,
    Optional<String> sha256,
    Optional<Pattern> matches,
    Map<String, String> headers,
    Optional<Again> again) {
  private static final String ANY = "any";
  private static final String NONE = "none";

  private static final String SEED = "\"random_seed\": \"<seed>\"";
  private static final Pattern SEEDED = Pattern.compile("\"random_seed\": \"[A-Za-z0-9+/]{683}=\"");

  /** What Nova never sends with a document. */
  private static final List<String> UNWANTED =
      List.of(
          "Cache-Control",
          "Content-Encoding",
          "Last-Modified",
          "Server",
          "Transfer-Encoding",
          "Vary");

  private static final Pattern DATE =
      Pattern.compile("\r\nDate: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n");

  /** An error says what it is, and no more. */
  private static final int SHORT = 64;

  /** How two answers to the same request are related. */
  enum Again {
    SAME,
    /** But for the seed they are the same. */
    DIFFERENT
  }

  void check(Ask ask, Function<Ask, Response> node) {
    Response response = node.apply(ask);
    checkFraming(ask, response);
    if (like.isPresent()) {
      Response model = node.apply(Ask.get(like.get()));
      assertThat(model.status()).as("status of %s", like.get()).isEqualTo(200);
      assertThat(response.status()).as("status").isEqualTo(200);
      assertThat(response.header("Content-Type")).isEqualTo(model.header("Content-Type"));
      assertThat(masked(response)).as("body").isEqualTo(masked(model));
    } else {
      checkStatusAndBody(response);
    }
    headers.forEach((name, value) -> checkHeader(response, name, value));
    again.ifPresent(relation -> checkAgain(response, node.apply(ask), relation));
  }

  private void checkStatusAndBody(Response response) {
    assertThat(response.status()).as("status").isEqualTo(status);
    assertThat(response.header("Content-Type")).as("type").isEqualTo(type);
    body.ifPresent(
        bytes -> {
          assertThat(masked(response)).as("body").isEqualTo(new String(bytes, UTF_8));
          if (!masked(response).contains(SEED)) {
            assertThat(response.body()).as("bytes").isEqualTo(bytes);
          }
        });
    length.ifPresent(bytes -> assertThat(response.body()).as("length").hasSize(bytes));
    sha256.ifPresent(digest -> assertThat(sha256(response.body())).as("sha256").isEqualTo(digest));
    matches.ifPresent(pattern -> assertThat(response.text()).as("body").matches(pattern));
    if (status >= 400) {
      assertThat(response.text()).as("an error's text").hasSizeLessThan(SHORT).matches("[ -~]*\n?");
    }
  }

  private static void checkHeader(Response response, String name, String value) {
    String actual = response.header(name).orElse(NONE);
    if (value.equals(ANY)) {
      assertThat(actual).as(name).isNotEqualTo(NONE);
    } else {
      assertThat(actual).as(name).isEqualTo(value);
    }
  }

  /** What holds for every answer. */
  private void checkFraming(Ask ask, Response response) {
    UNWANTED.forEach(name -> assertThat(response.header(name)).as(name).isEmpty());
    assertThat(response.headers().stream().map(line -> line.substring(0, line.indexOf(':'))))
        .as("headers")
        .doesNotHaveDuplicates();
    assertThat(response.head()).containsOnlyOnce("\r\nDate: ").containsPattern(DATE);
    if (ask.isHead()) {
      assertThat(response.body()).as("body to HEAD").isEmpty();
    } else if (response.status() != 304) {
      assertThat(response.header("Content-Length"))
          .as("Content-Length")
          .contains(Integer.toString(response.body().length));
    }
  }

  private static void checkAgain(Response first, Response second, Again relation) {
    assertThat(masked(second)).as("the same, asked again").isEqualTo(masked(first));
    if (relation == Again.DIFFERENT) {
      assertThat(second.text()).as("the seed").isNotEqualTo(first.text());
    } else {
      assertThat(second.body()).as("asked again").isEqualTo(first.body());
    }
  }

  private static String masked(Response response) {
    return SEEDED.matcher(response.text()).replaceFirst(SEED);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
