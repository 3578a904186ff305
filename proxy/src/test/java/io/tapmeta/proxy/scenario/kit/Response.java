package io.tapmeta.proxy.scenario.kit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP answer as it came.
 *
 * @param head up to and with the empty line
 */
public record Response(String head, byte[] body) {
  private static final Pattern UUID = Pattern.compile("\"uuid\": \"([^\"]*)\"");

  public int status() {
    return Integer.parseInt(head.substring(9, 12));
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public Optional<String> header(String name) {
    return headers().stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  /** Without the one that tells the time. */
  public List<String> headers() {
    return head.lines()
        .skip(1)
        .filter(line -> !line.isEmpty() && !line.regionMatches(true, 0, "Date:", 0, 5))
        .toList();
  }

  /** Whose meta_data.json this is, or the status where it is none. */
  public String identity() {
    Matcher uuid = UUID.matcher(text());
    return status() == 200 && uuid.find() ? uuid.group(1) : Integer.toString(status());
  }

  int contentLength() {
    return header("Content-Length").map(Integer::parseInt).orElse(0);
  }
}
