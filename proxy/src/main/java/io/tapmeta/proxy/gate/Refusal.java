package io.tapmeta.proxy.gate;

import java.util.Locale;

/**
 * Why a request is not answered with a document. The only place that knows which status a reason
 * has, and whether the connection survives it.
 *
 * <p>Guests get a short text that tells nothing of the node; unknown paths and unknown guests look
 * the same to them.
 */
public enum Refusal {
  /** No document of that name. */
  UNKNOWN_PATH(404, "Not Found", After.KEEP),
  /** No record claims the port. */
  UNKNOWN_INSTANCE(404, "Not Found", After.KEEP),
  /** Several records claim the port. */
  AMBIGUOUS_INSTANCE(404, "Not Found", After.KEEP),
  /** The VM's policy has no endpoint, and errors are uniform. */
  ENDPOINT_HIDDEN(404, "Not Found", After.KEEP),
  /** The VM's policy denies what was asked for, and errors are uniform. */
  DENIED_HIDDEN(404, "Not Found", After.KEEP),
  /** The VM's policy has no endpoint. */
  ENDPOINT_OFF(403, "Forbidden", After.KEEP),
  /** The VM's policy denies what was asked for. */
  DENIED(403, "Forbidden", After.KEEP),
  /** Somebody asks for a token on another's behalf. */
  TOKEN_FOR_ANOTHER(403, "Forbidden", After.KEEP),
  /** A token's lifetime is missing, or beyond what tokens may have. */
  TOKEN_LIFETIME_UNFIT(400, "Bad Request", After.KEEP),
  /** A token is required. */
  TOKEN_MISSING(401, "Unauthorized", After.KEEP),
  /** The token is expired, another VM's, or none of ours. */
  TOKEN_INVALID(401, "Unauthorized", After.KEEP),
  /** There are no tokens. */
  TOKENS_OFF(404, "Not Found", After.KEEP),
  /** The VM is beyond its budget. */
  OVER_BUDGET(429, "Too Many Requests", After.KEEP),
  /** The record did not come within the hold, or too many requests wait for it. */
  RECORD_NOT_READY(503, "Service Unavailable", After.KEEP),
  /** Too many requests of this guest wait for targets of vendor data. */
  VENDOR_DATA_BUSY(503, "Service Unavailable", After.KEEP),
  /** Not HTTP, or HTTP that two readers could read differently. */
  MALFORMED(400, "Bad Request", After.CLOSE),
  /** A transfer coding where no body belongs. */
  UNWANTED_BODY(400, "Bad Request", After.CLOSE),
  /** A password too long or not UTF-8, or a method other than GET and POST for it. */
  PASSWORD_UNFIT(400, "Bad Request", After.KEEP),
  /** CONNECT and TRACE: this is no proxy to the guest, and no mirror. */
  METHOD_REFUSED(405, "Method Not Allowed", After.KEEP),
  /** The request's head did not come in time. */
  HEAD_TIMEOUT(408, "Request Timeout", After.CLOSE),
  /** The request's body did not come in time. */
  BODY_TIMEOUT(408, "Request Timeout", After.CLOSE),
  /** A password is set once. */
  PASSWORD_ALREADY_SET(409, "Conflict", After.KEEP),
  BODY_TOO_LARGE(413, "Content Too Large", After.CLOSE),
  REQUEST_LINE_TOO_LONG(414, "URI Too Long", After.CLOSE),
  EXPECTATION_REFUSED(417, "Expectation Failed", After.CLOSE),
  HEAD_TOO_LARGE(431, "Request Header Fields Too Large", After.CLOSE),
  /** A target of vendor data failed, and the configuration makes that fatal. */
  VENDOR_DATA_FAILED(500, "Internal Server Error", After.KEEP),
  /** A bug of ours; the log has it. */
  INTERNAL(500, "Internal Server Error", After.CLOSE),
  /** The backend answered with what is no answer, or not to the end. */
  UPSTREAM_MALFORMED(502, "Bad Gateway", After.KEEP),
  /** No endpoint of the backend takes connections. */
  UPSTREAM_UNREACHABLE(503, "Service Unavailable", After.KEEP),
  /** The guest, or the node, has too many requests with the backend. */
  UPSTREAM_BUSY(503, "Service Unavailable", After.KEEP),
  /** The backend did not answer in time. */
  UPSTREAM_DEADLINE(504, "Gateway Timeout", After.KEEP),
  /** Some HTTP, but neither 1.0 nor 1.1. */
  UNKNOWN_VERSION(505, "HTTP Version Not Supported", After.CLOSE);

  /** What becomes of the connection. */
  private enum After {
    KEEP,
    CLOSE
  }

  private final int status;
  private final String reason;
  private final boolean closes;

  Refusal(int status, String reason, After after) {
    this.status = status;
    this.reason = reason;
    this.closes = after == After.CLOSE;
  }

  public int status() {
    return status;
  }

  /** The reason phrase, which is the body too. */
  public String reason() {
    return reason;
  }

  /** True where the connection cannot go on: where the next request begins is not known. */
  public boolean closes() {
    return closes;
  }

  /** True where the guest is told to come back after a second. */
  public boolean retryable() {
    return status == 503 || status == 504 || status == 429;
  }

  /**
   * True where the guest was kept from something; false where there is nothing of that name, or we
   * could not answer.
   */
  public boolean denies() {
    return switch (this) {
      case UNKNOWN_PATH,
          TOKENS_OFF,
          RECORD_NOT_READY,
          VENDOR_DATA_BUSY,
          VENDOR_DATA_FAILED,
          INTERNAL,
          UPSTREAM_MALFORMED,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_BUSY,
          UPSTREAM_DEADLINE ->
          false;
      default -> true;
    };
  }

  /** The word for it in metrics and logs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
