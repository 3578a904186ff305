package io.tapmeta.proxy.gate;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
  /** The one table of reasons: whoever changes it changes what guests and operators see. */
  @Test
  void everyReasonHasItsStatusAndWhatBecomesOfTheConnection() {
    assertThat(
            Arrays.stream(Refusal.values())
                .map(
                    refusal ->
                        "%s %d %s%s%s"
                            .formatted(
                                refusal.word(),
                                refusal.status(),
                                refusal.reason(),
                                refusal.closes() ? ", closes" : "",
                                refusal.retryable() ? ", come back" : ""))
                .collect(joining("\n", "", "\n")))
        .isEqualTo(
            """
            unknown_path 404 Not Found
            unknown_instance 404 Not Found
            ambiguous_instance 404 Not Found
            endpoint_hidden 404 Not Found
            denied_hidden 404 Not Found
            endpoint_off 403 Forbidden
            denied 403 Forbidden
            token_for_another 403 Forbidden
            token_lifetime_unfit 400 Bad Request
            token_missing 401 Unauthorized
            token_invalid 401 Unauthorized
            tokens_off 404 Not Found
            over_budget 429 Too Many Requests, come back
            record_not_ready 503 Service Unavailable, come back
            vendor_data_busy 503 Service Unavailable, come back
            malformed 400 Bad Request, closes
            unwanted_body 400 Bad Request, closes
            password_unfit 400 Bad Request
            method_refused 405 Method Not Allowed
            head_timeout 408 Request Timeout, closes
            body_timeout 408 Request Timeout, closes
            password_already_set 409 Conflict
            body_too_large 413 Content Too Large, closes
            request_line_too_long 414 URI Too Long, closes
            expectation_refused 417 Expectation Failed, closes
            head_too_large 431 Request Header Fields Too Large, closes
            vendor_data_failed 500 Internal Server Error
            internal 500 Internal Server Error, closes
            upstream_malformed 502 Bad Gateway
            upstream_unreachable 503 Service Unavailable, come back
            upstream_busy 503 Service Unavailable, come back
            upstream_deadline 504 Gateway Timeout, come back
            unknown_version 505 HTTP Version Not Supported, closes
            """);
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void wordsAreFitForLabels(Refusal refusal) {
    assertThat(refusal.word()).matches("[a-z]+(_[a-z]+)*");
  }

  /** Guests get a phrase of the standard and nothing of the node. */
  @ParameterizedTest
  @EnumSource(Refusal.class)
  void reasonsTellNothing(Refusal refusal) {
    assertThat(refusal.reason()).matches("[A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*");
  }

  @Test
  void unknownPathsAndUnknownGuestsLookTheSame() {
    for (Refusal refusal :
        new Refusal[] {
          Refusal.UNKNOWN_INSTANCE,
          Refusal.AMBIGUOUS_INSTANCE,
          Refusal.ENDPOINT_HIDDEN,
          Refusal.DENIED_HIDDEN,
          Refusal.TOKENS_OFF
        }) {
      assertThat(refusal.status()).isEqualTo(Refusal.UNKNOWN_PATH.status());
      assertThat(refusal.reason()).isEqualTo(Refusal.UNKNOWN_PATH.reason());
      assertThat(refusal.closes()).isEqualTo(Refusal.UNKNOWN_PATH.closes());
    }
  }

  @ParameterizedTest
  @EnumSource(IdentityRefusal.class)
  void wordsOfIdentityAreFitForLabels(IdentityRefusal refusal) {
    assertThat(refusal.word()).matches("[a-z]+(_[a-z]+)*");
  }
}
