package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.EncodedAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time as HTTP writes it, made anew once a second. Belongs to one loop. */
final class HttpDate {
  /** Two digits for the day, unlike Java's own RFC 1123 format. */
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final byte[] text = new byte[EncodedAnswer.DATE_BYTES];
  private long second = -1;

  /** The {@link EncodedAnswer#DATE_BYTES} of now, in an array that is written over. */
  byte[] now() {
    long current = System.currentTimeMillis() / 1000;
    if (current != second) {
      second = current;
      byte[] fresh =
          FORMAT.format(Instant.ofEpochSecond(current)).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(fresh, 0, text, 0, EncodedAnswer.DATE_BYTES);
    }
    return text;
  }
}
