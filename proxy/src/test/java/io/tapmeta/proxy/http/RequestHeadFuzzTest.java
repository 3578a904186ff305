package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Seeded and bounded in time. The oracle is the grammar of RFC 9112, written as one pattern. */
class RequestHeadFuzzTest {
  private static final int ROUNDS = 200_000;
  private static final long NANOS = 30_000_000_000L;

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "(?s)(\r\n)?(?<method>TOKEN) (?<target>[!-\"$-~]+) HTTP/1\\.(?<minor>[01])\r\n"
                  .replace("TOKEN", TOKEN)
              + "(?<fields>(TOKEN:[\t -~\u0080-\u00ff]*\r\n)*)\r\n".replace("TOKEN", TOKEN));

  private final RequestHead head = new RequestHead(Configuration.DEFAULTS.guest().limits());

  @Test
  void anyBytesAreAcceptedExactlyWhereTheGrammarHasThem() {
    RequestHeads heads = new RequestHeads(107);
    long deadline = System.nanoTime() + NANOS;
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < ROUNDS && System.nanoTime() < deadline; i++) {
      String text = heads.random().nextInt(8) == 0 ? heads.good() : heads.spoiled();
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      int taken = head.read(bytes, bytes.length);
      int expected = expected(text);
      if (expected == RequestHead.INCOMPLETE) {
        // No end of a head in sight: it may be refused already, never accepted.
        assertThat(taken).as(text).isNotPositive();
      } else {
        assertThat(taken).as(text).isEqualTo(expected);
      }
      if (taken > 0) {
        accepted++;
        assertThat(head.isHttp10()).isEqualTo(matcher(text).group("minor").equals("0"));
        assertThat(head.target()).isEqualTo(matcher(text).group("target"));
      } else if (taken == RequestHead.REFUSED) {
        refused++;
        assertThat(head.refusal().closes()).as(text).isTrue();
      }
    }
    assertThat(accepted).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void randomBytesNeverBreakTheReader() {
    java.util.Random random = new java.util.Random(109);
    long deadline = System.nanoTime() + NANOS;
    for (int i = 0; i < ROUNDS && System.nanoTime() < deadline; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      assertThat(head.read(bytes, bytes.length)).isNotPositive();
    }
  }

  /** What the reader has to return, or INCOMPLETE where the text has no whole head. */
  private static int expected(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.lookingAt()) {
      return text.contains("\r\n\r\n") ? RequestHead.REFUSED : RequestHead.INCOMPLETE;
    }
    boolean http10 = matcher.group("minor").equals("0");
    List<Map.Entry<String, String>> fields = fields(matcher.group("fields"));
    List<String> hosts = values(fields, "host");
    List<String> lengths = values(fields, "content-length");
    List<String> codings = values(fields, "transfer-encoding");
    boolean good =
        hosts.size() <= 1
            && (http10 || hosts.size() == 1)
            && hosts.stream().allMatch(host -> host.matches("[A-Za-z0-9._~!$&'()*+,;=:%\\[\\]-]*"))
            && lengths.size() <= 1
            && lengths.stream().allMatch(length -> length.matches("0|[1-9][0-9]{0,4}"))
            && lengths.stream().allMatch(length -> Integer.parseInt(length) <= 65_536)
            && codings.size() <= 1
            && codings.stream().allMatch(coding -> coding.equalsIgnoreCase("chunked"))
            && (codings.isEmpty() || lengths.isEmpty() && !http10)
            && values(fields, "expect").stream()
                .allMatch(expectation -> expectation.equalsIgnoreCase("100-continue"));
    return good ? matcher.end() : RequestHead.REFUSED;
  }

  private static Matcher matcher(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    assertThat(matcher.lookingAt()).isTrue();
    return matcher;
  }

  private static List<Map.Entry<String, String>> fields(String lines) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    for (String line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String value = line.substring(colon + 1).replaceAll("^[ \t]+|[ \t]+$", "");
        fields.add(Map.entry(line.substring(0, colon).toLowerCase(Locale.ROOT), value));
      }
    }
    return fields;
  }

  private static List<String> values(List<Map.Entry<String, String>> fields, String name) {
    return fields.stream()
        .filter(field -> field.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }
}
