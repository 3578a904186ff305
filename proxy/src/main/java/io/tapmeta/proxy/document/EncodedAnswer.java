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
  private final String entityTag;

  private EncodedAnswer(
      int status, String reason, String headers, byte[] body, int seedOffset, String entityTag) {
    String start = "HTTP/1.1 " + status + " " + reason + "\r\nDate: ";
    String head = start + " ".repeat(DATE_BYTES) + "\r\n" + headers;
    this.status = status;
    this.dateOffset = start.length();
    this.headEnd = head.length();
    this.bytes = new byte[headEnd + 2 + body.length];
    byte[] headBytes = (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(headBytes, 0, bytes, 0, headBytes.length);
    System.arraycopy(body, 0, bytes, headBytes.length, body.length);
    this.seedOffset =
        seedOffset == Document.NO_SEED ? Document.NO_SEED : headBytes.length + seedOffset;
    this.entityTag = entityTag;
  }

  /** A document, found; with an entity tag unless it has a seed and so is never the same twice. */
  public static EncodedAnswer ok(Document document) {
    boolean seeded = document.seedOffset() != Document.NO_SEED;
    String tag = seeded ? "" : EntityTag.of(document.body());
    String headers =
        describe(document.contentType(), document.body().length)
            + (seeded ? "" : "ETag: " + tag + "\r\n");
    return new EncodedAnswer(200, "OK", headers, document.body(), document.seedOffset(), tag);
  }

  /**
   * An answer of somebody else's.
   *
   * @param headers whole lines, each with its CRLF, those about the body's length included
   * @param seedOffset of a random seed in the body, or {@link Document#NO_SEED}
   */
  public static EncodedAnswer passed(
      int status, String reason, String headers, byte[] body, int seedOffset) {
    return new EncodedAnswer(status, reason, headers, body, seedOffset, "");
  }

  /** That the guest has this answer already. */
  public EncodedAnswer notModified() {
    return new EncodedAnswer(
        304,
        "Not Modified",
        "ETag: " + entityTag + "\r\n",
        new byte[0],
        Document.NO_SEED,
        entityTag);
  }

  /**
   * A short text.
   *
   * @param moreHeaders whole header lines, each with its CRLF
   */
  public static EncodedAnswer text(int status, String reason, String body, String moreHeaders) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new EncodedAnswer(
        status,
        reason,
        describe(Document.TEXT, bytes.length) + moreHeaders,
        bytes,
        Document.NO_SEED,
        "");
  }

  /** The tag in quotes by which a guest may ask whether it changed; empty: it has none. */
  public String entityTag() {
    return entityTag;
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

  private static String describe(String contentType, int length) {
    return "Content-Type: " + contentType + "\r\nContent-Length: " + length + "\r\n";
  }
}
