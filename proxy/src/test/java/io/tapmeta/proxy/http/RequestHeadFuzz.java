package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.fuzz.Oracle.hold;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.fuzz.Oracle;
import io.tapmeta.proxy.fuzz.Splits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A request's head: nothing that two readers could read differently, however the bytes come in. */
public final class RequestHeadFuzz {
  private static final Configuration.Limits LIMITS = Configuration.DEFAULTS.guest().limits();
  private static final RequestHead head = new RequestHead(LIMITS);
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private RequestHeadFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    byte[] bytes = Arrays.copyOf(input, Math.min(input.length, LIMITS.head()));
    int taken = head.read(bytes, bytes.length);
    hold(taken >= RequestHead.REFUSED && taken <= bytes.length, "takes what is there", bytes);
    if (taken > 0) {
      accepted(bytes, taken);
    } else if (taken == RequestHead.REFUSED) {
      refused(bytes);
    }
  }

  private static void accepted(byte[] bytes, int taken) {
    String text = new String(bytes, 0, taken, StandardCharsets.ISO_8859_1);
    String method = head.methodName();
    String target = head.target();
    boolean http10 = head.isHttp10();
    boolean keepsAlive = head.keepsAlive();
    long length = head.contentLength();
    boolean chunked = head.isChunked();
    hold(text.endsWith("\r\n\r\n"), "a head ends with an empty line", bytes);
    hold(!text.replace("\r\n", "").matches("(?s).*[\r\n\0].*"), "no bare CR, LF or NUL", bytes);
    hold(NAME.matcher(method).matches(), "a method is a token", bytes);
    hold(!target.isEmpty() && !Oracle.hasUnprintable(target), "a target is visible ASCII", bytes);
    hold(!chunked || length == RequestHead.NO_LENGTH, "one framing, not two", bytes);
    hold(length >= RequestHead.NO_LENGTH && length <= LIMITS.body(), "a length in bounds", bytes);
    int lines = 0;
    for (String line : text.strip().split("\r\n", -1)) {
      boolean first = lines++ == 0;
      int colon = line.indexOf(':');
      hold(
          first || colon > 0 && NAME.matcher(line.substring(0, colon)).matches(),
          "a header has a token for its name",
          bytes);
    }
    for (int prefix : Splits.prefixes(Arrays.copyOf(bytes, taken))) {
      hold(head.read(bytes, prefix) == RequestHead.INCOMPLETE, "no part is judged", bytes);
    }
    String start = text.substring(text.startsWith("\r\n") ? 2 : 0);
    byte[] printed = start.getBytes(StandardCharsets.ISO_8859_1);
    hold(head.read(printed, printed.length) == printed.length, "printed, it is good again", bytes);
    hold(
        head.methodName().equals(method)
            && head.target().equals(target)
            && head.isHttp10() == http10
            && head.keepsAlive() == keepsAlive
            && head.contentLength() == length
            && head.isChunked() == chunked,
        "printed, it is the same again",
        bytes);
  }

  private static void refused(byte[] bytes) {
    var refusal = head.refusal();
    hold(refusal.closes(), "after a refused head nothing can follow", bytes);
    hold(!head.detail().isEmpty(), "a refusal has a reason", bytes);
    for (int prefix : Splits.prefixes(bytes)) {
      int taken = head.read(bytes, prefix);
      hold(
          taken == RequestHead.INCOMPLETE
              || taken == RequestHead.REFUSED && head.refusal() == refusal,
          "refused for the same reason however it comes in",
          bytes);
    }
  }
}
