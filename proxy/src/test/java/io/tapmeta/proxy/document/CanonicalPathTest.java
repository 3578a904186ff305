package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          /, /
          /openstack, /openstack
          /openstack/, /openstack
          /openstack/latest/meta_data.json/, /openstack/latest/meta_data.json
          /latest/meta-data/, /latest/meta-data
          /latest//meta-data, /latest/meta-data
          /latest/./meta-data/., /latest/meta-data
          /latest/../openstack, /openstack
          /a/b/../../openstack/x/.., /openstack
          /.., /
          /../../etc/passwd, /etc/passwd
          //, /
          //openstack/latest/meta_data.json, /openstack/latest/meta_data.json
          //latest/meta-data/instance-id, /latest/meta-data/instance-id
          ///openstack, /openstack
          ////openstack///latest, /openstack/latest
          /openstack%2Flatest, /openstack/latest
          /openstack%2flatest, /openstack/latest
          /%6catest/meta%2Ddata, /latest/meta-data
          /%2e%2e/%2E/openstack, /openstack
          /a/%2e%2e%2fopenstack, /openstack
          /openstack?x=/../y, /openstack
          /openstack/?a%ff, /openstack
          /?, /
          /openstack?, /openstack
          /LATEST, /LATEST
          /ec2/latest/meta-data, /ec2/latest/meta-data
          /a%3Fb, /a?b
          /%252e%252e/x, /%2e%2e/x
          /%2525, /%25
          /100%, /100%
          /%, /%
          /%4, /%4
          /%zz, /%zz
          /%4z/x, /%4z/x
          /%%41, /%A
          /a+b, /a+b
          /a;b=c, /a;b=c
          /..;/x, /..;/x
          /a\\b, /a\\b
          /%5c.., /\\..
          /..., /...
          /.a/..b/c., /.a/..b/c.
          /%20, `/ `
          /%c3%a9, /é
          /%F0%9F%98%80, /😀
          """)
  void pathsHaveOneForm(String target, String expected) {
    assertThat(CanonicalPath.of(target)).contains(expected);
  }

  @Test
  void anEscapedNulIsACharacterLikeAnyOther() {
    assertThat(CanonicalPath.of("/a%00b")).contains("/a\0b");
    assertThat(CanonicalPath.of("/openstack%00")).contains("/openstack\0");
  }

  /** Overlong forms, surrogates and lone bytes: what is not UTF-8 has no form. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%ff",
        "/%80",
        "/%c3",
        "/%c3/%a9",
        "/%c0%af",
        "/%e0%80%af",
        "/%ed%a0%80",
        "/%f4%90%80%80",
        "/openstack/%fe",
        "/x%ff/.."
      })
  void escapesThatAreNotUtf8HaveNoForm(String target) {
    assertThat(CanonicalPath.of(target)).isEmpty();
  }

  /** The oracle rewrites the text until nothing more can be rewritten. */
  @Test
  void anyTargetHasTheFormThatRewritingGives() {
    Random random = new Random(47);
    int unreadable = 0;
    long deadline = System.nanoTime() + 20_000_000_000L;
    for (int i = 0; i < 200_000 && System.nanoTime() < deadline; i++) {
      String target = target(random);
      Optional<String> expected = rewritten(target);
      assertThat(CanonicalPath.of(target)).as(target).isEqualTo(expected);
      unreadable += expected.isEmpty() ? 1 : 0;
    }
    assertThat(unreadable).isPositive();
  }

  @Test
  void theFormOfAFormIsTheSame() {
    Random random = new Random(53);
    for (int i = 0; i < 50_000; i++) {
      CanonicalPath.of(target(random))
          .ifPresent(form -> assertThat(CanonicalPath.of(escaped(form))).as(form).contains(form));
    }
  }

  @Test
  void aFormHasNoDotSegmentsAndNoEmptyOnes() {
    Random random = new Random(59);
    for (int i = 0; i < 50_000; i++) {
      CanonicalPath.of(target(random))
          .ifPresent(
              form -> {
                assertThat(form).startsWith("/").doesNotContain("//");
                if (form.length() > 1) {
                  assertThat(form.substring(1).split("/", -1)).doesNotContain("", ".", "..");
                }
              });
    }
  }

  private static String target(Random random) {
    String[] pieces = {
      "/",
      "/",
      "/",
      ".",
      "..",
      "%2e",
      "%2F",
      "%2f",
      "a",
      "bc",
      "?",
      "%",
      "%4",
      "%41",
      "%25",
      "%00",
      "%c3%a9",
      "%ff",
      "%80",
      "openstack",
      "latest",
      "\\",
      ";",
      "+"
    };
    StringBuilder target = new StringBuilder("/");
    for (int n = random.nextInt(12); n > 0; n--) {
      target.append(pieces[random.nextInt(pieces.length)]);
    }
    return target.toString();
  }

  private static Optional<String> rewritten(String target) {
    Matcher escape = Pattern.compile("%([0-9a-fA-F]{2})").matcher(target.split("\\?", 2)[0]);
    StringBuilder latin1 = new StringBuilder();
    while (escape.find()) {
      char c = (char) Integer.parseInt(escape.group(1), 16);
      escape.appendReplacement(latin1, Matcher.quoteReplacement(Character.toString(c)));
    }
    escape.appendTail(latin1);
    byte[] bytes = latin1.toString().getBytes(StandardCharsets.ISO_8859_1);
    String path = new String(bytes, StandardCharsets.UTF_8);
    if (!java.util.Arrays.equals(path.getBytes(StandardCharsets.UTF_8), bytes)) {
      return Optional.empty();
    }
    for (String before = ""; !before.equals(path); ) {
      before = path;
      path = path.replace("//", "/").replaceAll("(?s)/\\.(?=/|\\z)", "");
      path = path.replaceFirst("(?s)(\\A|/[^/]+)/\\.\\.(?=/|\\z)", "");
    }
    path = path.replaceAll("/\\z", "");
    return Optional.of(path.isEmpty() ? "/" : path);
  }

  private static String escaped(String form) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    for (byte b : form.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && "%?#".indexOf(b) < 0) {
        target.write(b);
      } else {
        target.writeBytes("%%%02x".formatted(b).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return target.toString(StandardCharsets.US_ASCII);
  }
}
