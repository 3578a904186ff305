package io.tapmeta.proxy.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;

/**
 * The head of the backend's answer, as it is passed on: status, reason and the headers that say what
 * the body is.
 *
 * @param headers whole lines, each with its CRLF, without those about framing
 * @param length bytes of the body; {@link #UNKNOWN_LENGTH} where its end is seen only when it comes
 */
public record UpstreamAnswer(int status, String reason, String headers, long length) {
  static final long UNKNOWN_LENGTH = -1;

  /** Of the backend's headers, the ones that mean something to a guest. */
  private static final List<String> PASSED =
      List.of(
          "Content-Type",
          "Content-Encoding",
          "Content-Language",
          "Location",
          "Retry-After",
          "Allow",
          "ETag",
          "Last-Modified",
          "Cache-Control",
          "Vary",
          "WWW-Authenticate");

  static UpstreamAnswer of(HttpResponse response, long length) {
    HttpHeaders received = response.headers();
    StringBuilder lines = new StringBuilder();
    for (String name : PASSED) {
      for (String value : received.getAll(name)) {
        lines.append(name).append(": ").append(value).append("\r\n");
      }
    }
    return new UpstreamAnswer(
        response.status().code(), response.status().reasonPhrase(), lines.toString(), length);
  }

  /** True where the status has no body, whatever the headers say. */
  boolean isBodiless() {
    return status == 204 || status == 304;
  }
}
