package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.gate.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
  private static final Limits LIMITS = Configuration.DEFAULTS.guest().limits();
  private static final String HOST = "Host: 169.254.169.254\r\n";

  private final RequestHead head = new RequestHead(LIMITS);

  @Test
  void aHeadIsTakenApart() {
    String text =
        """
        POST /openstack/latest/password?x=1 HTTP/1.1\r
        Host: 169.254.169.254\r
        Content-Length: 12\r
        Expect: 100-Continue\r
        If-None-Match: "a", "b"\r
        \r
        body""";
    assertThat(read(text)).isEqualTo(text.length() - 4);
    assertThat(head.method()).isEqualTo(Method.POST);
    assertThat(head.target()).isEqualTo("/openstack/latest/password?x=1");
    assertThat(text.substring(head.targetStart(), head.targetEnd())).isEqualTo(head.target());
    assertThat(head.isHttp10()).isFalse();
    assertThat(head.keepsAlive()).isTrue();
    assertThat(head.contentLength()).isEqualTo(12);
    assertThat(head.isChunked()).isFalse();
    assertThat(head.expectsContinue()).isTrue();
    assertThat(head.ifNoneMatch()).isEqualTo("\"a\", \"b\"");
  }

  @Test
  void aHeadLeavesNothingToTheNext() {
    accept(
        """
        POST /a HTTP/1.0\r
        Host: x\r
        Content-Length: 12\r
        Expect: 100-continue\r
        Connection: keep-alive, close\r
        If-None-Match: "a"\r
        \r
        """);
    accept("GET /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    accept("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(head.method()).isEqualTo(Method.GET);
    assertThat(head.target()).isEqualTo("/b");
    assertThat(head.isHttp10()).isFalse();
    assertThat(head.keepsAlive()).isTrue();
    assertThat(head.contentLength()).isEqualTo(RequestHead.NO_LENGTH);
    assertThat(head.isChunked()).isFalse();
    assertThat(head.expectsContinue()).isFalse();
    assertThat(head.ifNoneMatch()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, GET",
    "HEAD, HEAD",
    "POST, POST",
    "CONNECT, CONNECT",
    "TRACE, TRACE",
    "PUT, PUT",
    "OPTIONS, OTHER",
    "get, OTHER",
    "GETX, OTHER",
    "GE, OTHER",
    "!#$%&'*+-.^_`|~0, OTHER"
  })
  void methodsThatMakeADifferenceAreToldApart(String method, Method expected) {
    accept(method + " / HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(head.method()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP/1.1 |                               | true
          HTTP/1.1 | Connection: close             | false
          HTTP/1.1 | Connection: CLOSE             | false
          HTTP/1.1 | Connection: keep-alive        | true
          HTTP/1.1 | Connection: keep-alive, close | false
          HTTP/1.1 | Connection: a,close,b         | false
          HTTP/1.1 | Connection: closed            | true
          HTTP/1.1 | Connection: "close"           | true
          HTTP/1.1 | Connection: x-close           | true
          HTTP/1.1 | Connection: Upgrade, HTTP2-Settings | true
          HTTP/1.0 |                               | false
          HTTP/1.0 | Connection: keep-alive        | true
          HTTP/1.0 | connection: Keep-Alive        | true
          HTTP/1.0 | Connection: keep-alive, close | false
          HTTP/1.0 | Connection: close             | false
          HTTP/1.0 | Keep-Alive: timeout=5         | false
          """)
  void theConnectionGoesOnOrNot(String version, String header, boolean expected) {
    accept("GET / " + version + "\r\n" + HOST + (header == null ? "" : header + "\r\n") + "\r\n");
    assertThat(head.keepsAlive()).isEqualTo(expected);
  }

  @Test
  void connectionOptionsOfSeveralLinesCount() {
    accept("GET / HTTP/1.1\r\n" + HOST + "Connection: a\r\nConnection: close\r\n\r\n");
    assertThat(head.keepsAlive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [fe80::a9fe:a9fe%25eth0]\r\n\r\n",
        "GET / HTTP/1.1\r\nHOST:a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: \t b \t\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: caf\u00e9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
        "GET http://169.254.169.254/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n\r\n"
      })
  void whatOneReadsTheSameWayIsAccepted(String text) {
    accept(text);
  }

  /** S1 to S8 of the adversarial catalogue, as far as they concern a head; and some more. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          S1 lengths of two kinds     | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n
          S1 the other way round      | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 5\\r\\n\\r\\n
          S1 length of zero too       | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 0\\r\\n\\r\\n
          S1 chunked, identity        | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked, identity\\r\\n\\r\\n
          S1 identity, chunked        | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: identity, chunked\\r\\n\\r\\n
          S1 gzip, chunked            | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n
          S1 identity                 | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: identity\\r\\n\\r\\n
          S1 xchunked                 | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n
          S1 quoted                   | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: 'chunked'\\r\\n\\r\\n
          S1 empty                    | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding:\\r\\n\\r\\n
          S1 vertical tab             | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: \\vchunked\\r\\n\\r\\n
          S1 two codings              | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n
          S1 two codings, one odd     | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: identity\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n
          S2 two lengths, equal       | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nContent-Length: 5\\r\\n\\r\\n
          S2 two lengths, different   | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nContent-length: 6\\r\\n\\r\\n
          S2 plus                     | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +5\\r\\n\\r\\n
          S2 minus                    | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1\\r\\n\\r\\n
          S2 hexadecimal              | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0x5\\r\\n\\r\\n
          S2 list                     | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5,5\\r\\n\\r\\n
          S2 empty                    | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:\\r\\n\\r\\n
          S2 blank                    | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: \\t \\r\\n\\r\\n
          S2 two to the 63rd          | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9223372036854775808\\r\\n\\r\\n
          S2 two to the 64th and five | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 18446744073709551621\\r\\n\\r\\n
          S2 leading zero             | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 05\\r\\n\\r\\n
          S2 zeros                    | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 00\\r\\n\\r\\n
          S2 inner space              | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1 2\\r\\n\\r\\n
          S2 fraction                 | MALFORMED       | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5.0\\r\\n\\r\\n
          S2 more than the limit      | BODY_TOO_LARGE  | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 65537\\r\\n\\r\\n
          S2 eighteen digits          | BODY_TOO_LARGE  | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 999999999999999999\\r\\n\\r\\n
          S3 1.0 with both            | MALFORMED       | POST / HTTP/1.0\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n
          S3 1.0 with a coding        | MALFORMED       | POST / HTTP/1.0\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n
          S3 0.9                      | MALFORMED       | GET /\\r\\n\\r\\n
          S3 0.9 by name              | UNKNOWN_VERSION | GET / HTTP/0.9\\r\\nHost: a\\r\\n\\r\\n
          S3 1.9                      | UNKNOWN_VERSION | GET / HTTP/1.9\\r\\nHost: a\\r\\n\\r\\n
          S3 9.9                      | UNKNOWN_VERSION | GET / HTTP/9.9\\r\\nHost: a\\r\\n\\r\\n
          S3 2.0, the preface         | UNKNOWN_VERSION | PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n
          S3 lower case               | MALFORMED       | GET / http/1.1\\r\\nHost: a\\r\\n\\r\\n
          S3 two digits               | MALFORMED       | GET / HTTP/1.10\\r\\nHost: a\\r\\n\\r\\n
          S3 no minor                 | MALFORMED       | GET / HTTP/1\\r\\nHost: a\\r\\n\\r\\n
          S3 comma                    | MALFORMED       | GET / HTTP/1,1\\r\\nHost: a\\r\\n\\r\\n
          S3 another protocol         | MALFORMED       | GET / RTSP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S3 letter                   | MALFORMED       | GET / HTTP/1.x\\r\\nHost: a\\r\\n\\r\\n
          S4 bare LF after the line   | MALFORMED       | GET / HTTP/1.1\\nHost: a\\r\\n\\r\\n
          S4 bare LF after a header   | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\n\\r\\n
          S4 bare LF at the end       | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\n\\n
          S4 bare LFs everywhere      | MALFORMED       | GET / HTTP/1.1\\nHost: a\\n\\n
          S4 bare LF in front         | MALFORMED       | \\nGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S6 folded with a space      | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r\\n 2\\r\\n\\r\\n
          S6 folded with a tab        | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r\\n\\t2\\r\\n\\r\\n
          S6 folded first             | MALFORMED       | GET / HTTP/1.1\\r\\n Host: a\\r\\n\\r\\n
          S6 space before the colon   | MALFORMED       | GET / HTTP/1.1\\r\\nHost : a\\r\\n\\r\\n
          S6 tab before the colon     | MALFORMED       | GET / HTTP/1.1\\r\\nHost\\t: a\\r\\n\\r\\n
          S6 empty name               | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\n: b\\r\\n\\r\\n
          S6 no colon                 | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nnothing\\r\\n\\r\\n
          S6 control in a name        | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\vY: b\\r\\n\\r\\n
          S6 NUL in a name            | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\0: b\\r\\n\\r\\n
          S6 non-ASCII in a name      | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nXé: b\\r\\n\\r\\n
          S6 bracket in a name        | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX[0]: b\\r\\n\\r\\n
          S6 bare CR in a value       | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r2\\r\\n\\r\\n
          S6 NUL in a value           | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\0\\r\\n\\r\\n
          S6 DEL in a value           | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: \\d\\r\\n\\r\\n
          S6 CR before the CRLF       | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\r\\n\\r\\n
          S6 CR at a line's start     | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\n\\rX: 1\\r\\n\\r\\n
          S8 NUL in front             | MALFORMED       | \\0GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S8 SOH in front             | MALFORMED       | \\1GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S8 VT in front              | MALFORMED       | \\vGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S8 space in front           | MALFORMED       | \\sGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S8 two empty lines in front | MALFORMED       | \\r\\n\\r\\nGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          S8 CR in front              | MALFORMED       | \\rGET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          a TLS hello                 | MALFORMED       | \\22\\3\\1\\2\\0\\1
          no Host                     | MALFORMED       | GET / HTTP/1.1\\r\\n\\r\\n
          two Hosts                   | MALFORMED       | GET / HTTP/1.1\\r\\nHost: a\\r\\nhost: a\\r\\n\\r\\n
          two Hosts in 1.0            | MALFORMED       | GET / HTTP/1.0\\r\\nHost: a\\r\\nhost: a\\r\\n\\r\\n
          no method                   | MALFORMED       | \\s/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          method in brackets          | MALFORMED       | (GET) / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          method of letters beyond    | MALFORMED       | GÉT / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          tab for a space             | MALFORMED       | GET\\t/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          two spaces                  | MALFORMED       | GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          two spaces later            | MALFORMED       | GET /  HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          space at the line's end     | MALFORMED       | GET / HTTP/1.1 \\r\\nHost: a\\r\\n\\r\\n
          space in the target         | MALFORMED       | GET /a b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          no target                   | MALFORMED       | GET  HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          fragment                    | MALFORMED       | GET /#a HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          NUL in the target           | MALFORMED       | GET /\\0 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          DEL in the target           | MALFORMED       | GET /\\d HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          raw UTF-8 in the target     | MALFORMED       | GET /é HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n
          unknown expectation         | EXPECTATION_REFUSED | GET / HTTP/1.1\\r\\nHost: a\\r\\nExpect: x\\r\\n\\r\\n
          two expectations            | EXPECTATION_REFUSED | GET / HTTP/1.1\\r\\nHost: a\\r\\nExpect: 100-continue, x\\r\\n\\r\\n
          """)
  void whatTwoReadersCouldReadDifferentlyIsRefused(String name, Refusal refusal, String text) {
    assertThat(read(unescape(text))).as(name).isEqualTo(RequestHead.REFUSED);
    assertThat(head.refusal()).as(name).isEqualTo(refusal);
    assertThat(head.detail()).isNotBlank();
  }

  @Test
  void aThousandEmptyLinesAreRefusedAtTheSecond() {
    assertThat(read("\r\n".repeat(1000))).isEqualTo(RequestHead.REFUSED);
    assertThat(read("\r\n")).isEqualTo(RequestHead.INCOMPLETE);
    assertThat(read("\r")).isEqualTo(RequestHead.INCOMPLETE);
    assertThat(read("")).isEqualTo(RequestHead.INCOMPLETE);
  }

  @Test
  void everyPrefixOfAGoodHeadIsIncomplete() {
    RequestHeads heads = new RequestHeads(101);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = heads.good().getBytes(StandardCharsets.ISO_8859_1);
      assertThat(head.read(bytes, bytes.length)).as(text(bytes)).isEqualTo(bytes.length);
      for (int length = 0; length < bytes.length; length++) {
        assertThat(head.read(bytes, length)).isEqualTo(RequestHead.INCOMPLETE);
      }
    }
  }

  /** More bytes never turn a refusal into anything else, nor an acceptance. */
  @Test
  void howAHeadIsSplitNeverChangesWhatBecomesOfIt() {
    RequestHeads heads = new RequestHeads(103);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = heads.spoiled().getBytes(StandardCharsets.ISO_8859_1);
      int whole = head.read(bytes, bytes.length);
      Refusal reason = head.refusal();
      int decided = RequestHead.INCOMPLETE;
      Refusal first = reason;
      for (int length = 0; length <= bytes.length && decided == RequestHead.INCOMPLETE; length++) {
        decided = head.read(bytes, length);
        first = head.refusal();
      }
      assertThat(decided).as(text(bytes)).isEqualTo(whole);
      if (whole == RequestHead.REFUSED) {
        assertThat(first).as(text(bytes)).isEqualTo(reason);
        refused++;
      } else if (whole > 0) {
        accepted++;
      }
    }
    assertThat(accepted).isGreaterThan(500);
    assertThat(refused).isGreaterThan(500);
  }

  @Test
  void aLongMethodIsReadTheSameHoweverItIsSplit() {
    for (int length = 1; length < 100; length++) {
      byte[] bytes =
          ("A".repeat(length) + " / HTTP/1.1\r\n" + HOST + "\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      boolean whole = head.read(bytes, bytes.length) > 0;
      boolean split = head.read(bytes, length) != RequestHead.REFUSED;
      assertThat(split).as("a method of %d letters", length).isEqualTo(whole);
    }
  }

  @Test
  void headersAreLookedUpByName() {
    accept(
        """
        GET /a HTTP/1.1\r
        Host: a\r
        ACCEPT: \t text/plain, */* \r
        User-Agent:curl\r
        X-Empty:\r
        X-Twice: 1\r
        x-twice: 2\r
        X-Blank-First:\r
        X-Blank-First: 2\r
        \r
        """);
    assertThat(head.header("host")).isEqualTo("a");
    assertThat(head.header("accept")).isEqualTo("text/plain, */*");
    assertThat(head.header("user-agent")).isEqualTo("curl");
    assertThat(head.header("x-empty")).isEmpty();
    assertThat(head.header("accep")).isEmpty();
    assertThat(head.header("accept-encoding")).isEmpty();
    assertThat(head.header("get /a http/1.1")).isEmpty();
    // Not there just once: nobody can tell which was meant.
    assertThat(head.header("x-twice")).isEmpty();
    assertThat(head.header("x-blank-first")).isEmpty();
  }

  @Test
  void headersOfAnEarlierHeadAreForgotten() {
    accept("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 2\r\n\r\n");
    accept("GET / HTTP/1.0\r\n\r\n");
    assertThat(head.header("x")).isEmpty();
    assertThat(head.header("host")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/a, ''", "/a?, ''", "/a?x=1, x=1", "/a?x=1?y=2, x=1?y=2", "/?%3f, %3f", "/%3f, ''"})
  void theQueryIsWhatFollowsTheFirstQuestionMark(String target, String query) {
    accept("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(head.query()).isEqualTo(query);
  }

  @Test
  void theMethodIsKeptByName() {
    accept("X-Brew~ / HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(head.methodName()).isEqualTo("X-Brew~");
  }

  @Test
  void whatFollowsAHeadIsNotLookedAt() {
    String text = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
    assertThat(read(text + "\0\n\r garbage")).isEqualTo(text.length());
    assertThat(read(text + text)).isEqualTo(text.length());
  }

  @Test
  void bytesBeyondTheGivenLengthAreNotLookedAt() {
    byte[] bytes = ("GET / HTTP/1.1\r\n" + HOST + "\r\n").getBytes(StandardCharsets.US_ASCII);
    for (int length = 0; length < bytes.length; length++) {
      byte[] poisoned = Arrays.copyOf(bytes, bytes.length);
      Arrays.fill(poisoned, length, bytes.length, (byte) 0);
      assertThat(head.read(poisoned, length)).isEqualTo(RequestHead.INCOMPLETE);
    }
  }

  @Test
  void aRequestLineMayBeAsLongAsItsLimit() {
    String start = "GET /";
    int room = LIMITS.requestLine() - start.length();
    accept(start + "a".repeat(room) + " HTTP/1.1\r\n" + HOST + "\r\n");
    refuse(
        start + "a".repeat(room + 1) + " HTTP/1.1\r\n" + HOST + "\r\n",
        Refusal.REQUEST_LINE_TOO_LONG);
    // Nobody has to wait for the end of a line that is too long already.
    refuse(start + "a".repeat(room + 1), Refusal.REQUEST_LINE_TOO_LONG);
    assertThat(read(start + "a".repeat(room))).isEqualTo(RequestHead.INCOMPLETE);
  }

  @Test
  void headersMayBeAsManyAsTheirLimit() {
    String more = "X: y\r\n".repeat(LIMITS.headers() - 1);
    accept("GET / HTTP/1.1\r\n" + HOST + more + "\r\n");
    refuse("GET / HTTP/1.1\r\n" + HOST + more + "X: y\r\n\r\n", Refusal.HEAD_TOO_LARGE);
    refuse("GET / HTTP/1.1\r\n" + HOST + more + "X", Refusal.HEAD_TOO_LARGE);
  }

  @Test
  void aHeadMayBeAsLargeAsItsLimit() {
    String start = "GET / HTTP/1.1\r\n" + HOST + "X: ";
    int room = LIMITS.head() - start.length() - 4;
    accept(start + "a".repeat(room) + "\r\n\r\n");
    refuse(start + "a".repeat(room + 1) + "\r\n\r\n", Refusal.HEAD_TOO_LARGE);
    // As a connection reads it: never more bytes than a head may have.
    byte[] cut = (start + "a".repeat(room + 1) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(head.read(cut, LIMITS.head())).isEqualTo(RequestHead.REFUSED);
    assertThat(head.refusal()).isEqualTo(Refusal.HEAD_TOO_LARGE);
    assertThat(head.read(cut, LIMITS.head() - 1)).isEqualTo(RequestHead.INCOMPLETE);
  }

  @Test
  void limitsAreTheConfigurations() {
    Limits small =
        new Limits(
            20,
            2,
            80,
            3,
            LIMITS.headTimeout(),
            LIMITS.bodyTimeout(),
            LIMITS.idleTimeout(),
            LIMITS.writeTimeout(),
            1);
    RequestHead strict = new RequestHead(small);
    assertThat(read(strict, "GET /aaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: a\r\n\r\n"))
        .isEqualTo(RequestHead.REFUSED);
    assertThat(strict.refusal()).isEqualTo(Refusal.REQUEST_LINE_TOO_LONG);
    assertThat(read(strict, "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n"))
        .isEqualTo(RequestHead.REFUSED);
    assertThat(strict.refusal()).isEqualTo(Refusal.HEAD_TOO_LARGE);
    assertThat(read(strict, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"))
        .isEqualTo(RequestHead.REFUSED);
    assertThat(strict.refusal()).isEqualTo(Refusal.BODY_TOO_LARGE);
    assertThat(read(strict, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "b".repeat(60) + "\r\n\r\n"))
        .isEqualTo(RequestHead.REFUSED);
    assertThat(strict.refusal()).isEqualTo(Refusal.HEAD_TOO_LARGE);
    assertThat(read(strict, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n")).isPositive();
  }

  private void accept(String text) {
    assertThat(read(text)).as(text).isEqualTo(text.length());
  }

  private void refuse(String text, Refusal refusal) {
    assertThat(read(text)).isEqualTo(RequestHead.REFUSED);
    assertThat(head.refusal()).isEqualTo(refusal);
  }

  private int read(String text) {
    return read(head, text);
  }

  private static int read(RequestHead head, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return head.read(bytes, bytes.length);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String unescape(String text) {
    return text.replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\v", "\u000b")
        .replace("\\s", " ")
        .replace("\\d", "\u007f")
        .replace("\\22", "\u0016")
        .replace("\\0", "\0")
        .replace("\\1", "\u0001")
        .replace("\\2", "\u0002")
        .replace("\\3", "\u0003");
  }
}
