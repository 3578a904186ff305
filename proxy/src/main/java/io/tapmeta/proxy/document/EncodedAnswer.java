package io.tapmeta.proxy.document;

import java.nio.charset.StandardCharsets;

/**
 * An answer as it goes over the wire, written once and copied into each response.
 *
 * <p>What differs from one response to the next has a place of its own: the date a slot in the
 * head, the random seed a slot in the body, and a {@code Connection} header goes in where the head
 * ends.
 *
 * <pre>
 *   HTTP/1.1 200 OK
 *   Date: [slot]
 *   Content-Type: application/json
 *   Content-Length: 2277
 *                            &lt;- headEnd: the empty line
 *   {"uuid": … "random_seed": "[slot]" …
 * </pre>
 */
public final class EncodedAnswer {
  /** Bytes of a date as HTTP writes it. */
  public static final int DATE_BYTES = 29;

  private final byte[] bytes;
  private final int status;
  private final int dateOffset;
  private final int headEnd;
  private final int seedOffset;

  private EncodedAnswer(int status, String reason, Document document, String moreHeaders) {
    String start = "HTTP/1.1 " + status + " " + reason + "\r\nDate: ";
    String head =
        start
            + " ".repeat(DATE_BYTES)
            + (document.contentType().isEmpty()
                ? ""
                : "\r\nContent-Type: " + document.contentType())
            + "\r\nContent-Length: "
            + document.body().length
            + "\r\n"
            + moreHeaders;
    this.status = status;
    this.dateOffset = start.length();
    this.headEnd = head.length();
    this.bytes = new byte[headEnd + 2 + document.body().length];
    byte[] headBytes = (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(headBytes, 0, bytes, 0, headBytes.length);
    System.arraycopy(document.body(), 0, bytes, headBytes.length, document.body().length);
    this.seedOffset =
        document.seedOffset() == Document.NO_SEED
            ? Document.NO_SEED
            : headBytes.length + document.seedOffset();
  }

  /** A document, found. */
  public static EncodedAnswer ok(Document document) {
    return new EncodedAnswer(200, "OK", document, "");
  }

  /**
   * A short text.
   *
   * @param moreHeaders whole header lines, each with its CRLF
   */
  public static EncodedAnswer text(int status, String reason, String body, String moreHeaders) {
    return new EncodedAnswer(status, reason, Document.text(body), moreHeaders);
  }

  public int status() {
    return status;
  }

  /** All of it; never written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the date goes. */
  public int dateOffset() {
    return dateOffset;
  }

  /** Where the empty line begins that ends the head. */
  public int headEnd() {
    return headEnd;
  }

  /** Where the body begins. */
  public int bodyStart() {
    return headEnd + 2;
  }

  /** Where the random seed goes, or {@link Document#NO_SEED}. */
  public int seedOffset() {
    return seedOffset;
  }
}
