package io.tapmeta.proxy.document;

import java.nio.charset.StandardCharsets;

/**
 * A rendered document.
 *
 * @param contentType the value of the header
 * @param body its bytes
 * @param seedOffset where in the body the {@link RandomSeed#TEXT_BYTES} characters of a fresh seed
 *     go; {@link #NO_SEED} where none does
 * @param reusable false where it was made for one requester and is not to be cached
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; written once, then only read.
public record Document(String contentType, byte[] body, int seedOffset, boolean reusable) {
  public static final int NO_SEED = -1;

  /** Nova's type of everything that is not JSON, binary user data included. */
  static final String TEXT = "text/plain; charset=UTF-8";

  static final String JSON = "application/json";

  /** The type that Nova's framework gives to what has none. */
  static final String HTML = "text/html; charset=UTF-8";

  static Document text(String body) {
    return text(body.getBytes(StandardCharsets.UTF_8));
  }

  static Document text(byte[] body) {
    return new Document(TEXT, body, NO_SEED, true);
  }

  static Document json(PythonJson json) {
    return new Document(JSON, json.bytes(), NO_SEED, true);
  }

  /** The text of a password, or of none: empty. */
  static Document password(byte[] text) {
    return new Document(HTML, text, NO_SEED, false);
  }

  /** The same, for this requester only. */
  Document forOne() {
    return new Document(contentType, body, seedOffset, false);
  }
}
