package io.tapmeta.proxy.cli;

import io.tapmeta.proxy.gate.Refusal;

/** Why a guest is refused, in words for operators. */
final class RefusalWords {
  private RefusalWords() {}

  /** Empty where who asks decides, and not what. */
  static String of(Refusal refusal) {
    return switch (refusal) {
      case ENDPOINT_HIDDEN, ENDPOINT_OFF -> "its policy has no endpoint";
      case DENIED_HIDDEN, DENIED -> "its policy denies it";
      case TOKEN_FOR_ANOTHER -> "a session token is not given on another's behalf";
      case TOKEN_LIFETIME_UNFIT ->
          "the session token's lifetime is missing, or beyond what tokens may have";
      case TOKEN_MISSING -> "its policy requires a session token";
      case TOKEN_INVALID -> "its policy requires a session token, and this one is not good";
      case TOKENS_OFF -> "its policy has no session tokens";
      case OVER_BUDGET -> "it is beyond its budget";
      case MALFORMED -> "the request is not HTTP, or two readers could read it differently";
      case UNWANTED_BODY -> "the request has a transfer coding where no body belongs";
      case PASSWORD_UNFIT ->
          "the password is too long or not UTF-8, or the method is neither GET nor POST";
      case METHOD_REFUSED -> "CONNECT and TRACE are refused to every guest";
      case HEAD_TIMEOUT ->
          "the request's head did not come to its end within guest.limits.head_timeout";
      case BODY_TIMEOUT ->
          "the request's body did not come to its end within guest.limits.body_timeout";
      case PASSWORD_ALREADY_SET -> "its password has been set already, which is done once";
      case BODY_TOO_LARGE -> "the request's body is larger than guest.limits.body";
      case REQUEST_LINE_TOO_LONG -> "the request line is longer than guest.limits.request_line";
      case EXPECTATION_REFUSED -> "the request expects something other than 100-continue";
      case HEAD_TOO_LARGE -> "the request is beyond guest.limits.head or guest.limits.headers";
      case VENDOR_DATA_BUSY -> "too many of its requests wait for targets of vendor data";
      case VENDOR_DATA_FAILED ->
          "a target of vendor data failed, and vendor_data.dynamic_failure_fatal is true";
      case UNKNOWN_VERSION -> "the request is neither HTTP/1.0 nor HTTP/1.1";
      case INTERNAL -> "an error of tapmeta's own, which the log has";
      case UNKNOWN_PATH,
          UNKNOWN_INSTANCE,
          AMBIGUOUS_INSTANCE,
          RECORD_NOT_READY,
          UPSTREAM_MALFORMED,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_BUSY,
          UPSTREAM_DEADLINE ->
          "";
    };
  }
}
