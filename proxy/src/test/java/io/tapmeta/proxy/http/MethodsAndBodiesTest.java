package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.responses;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods, bodies, and guests that want to be told to go on. */
class MethodsAndBodiesTest extends OneGuest {
  private static final String USER_DATA = "/openstack/latest/user_data";

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "POST", "BREW"})
  void theMethodMakesNoDifferenceToADocument(String method) {
    String response = guest.send(method + " " + USER_DATA + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(status(response)).isEqualTo(200);
    assertThat(body(response)).isEqualTo("#!/bin/sh\n");
  }

  /** What clients of EC2's second version try first, and fall back from. */
  @Test
  void tokensAreNotFound() {
    String response =
        guest.send(
            "PUT /latest/api/token HTTP/1.1\r\n"
                + HOST
                + "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\nContent-Length: 0\r\n\r\n");
    assertThat(status(response)).isEqualTo(404);
    assertThat(guest.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "TRACE http://169.254.169.254/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n"
      })
  void connectAndTraceAreRefusedAndTheConnectionGoesOn(String request) {
    String response = guest.send(request);
    assertThat(status(response)).isEqualTo(405);
    assertThat(response).contains("\r\nAllow: GET, HEAD\r\n");
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "TRACE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      })
  void aRefusedMethodWithABodyCloses(String request) {
    List<String> responses = responses(guest.send(request + request("/openstack")));
    assertThat(responses).extracting(GuestChannel::status).containsExactly(405);
    assertThat(guest.isOpen()).isFalse();
  }

  /** S7: what looks like a request inside of a body is none. */
  @Test
  void bodiesAreSkippedAndNeverReadAsRequests() {
    String smuggled = request("/latest/meta-data/instance-id");
    String text =
        "GET "
            + USER_DATA
            + " HTTP/1.1\r\n"
            + HOST
            + "Content-Length: "
            + smuggled.length()
            + "\r\n\r\n"
            + smuggled
            + request("/latest/meta-data/ami-launch-index");
    assertThat(responses(guest.send(text)))
        .extracting(GuestChannel::body)
        .containsExactly("#!/bin/sh\n", "2");
  }

  @Test
  void nothingIsAnsweredBeforeTheBodyIsThere() {
    assertThat(
            guest.send("GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\n"))
        .isEmpty();
    assertThat(guest.send("123456789")).isEmpty();
    assertThat(status(guest.send("0"))).isEqualTo(200);
  }

  @Test
  void aLargeBodyIsSkippedInPiecesWithoutBeingKept() {
    guest.send("GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "Content-Length: 65536\r\n\r\n");
    for (int i = 0; i < 63; i++) {
      assertThat(guest.sendBytes(new byte[1024])).isEmpty();
      assertThat(guest.usedMemory()).isLessThanOrEqualTo(1024);
    }
    assertThat(status(guest.sendBytes(new byte[1024]))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET " + USER_DATA,
        "POST " + USER_DATA,
        "PUT /latest/api/token",
        "GET /openstack/latest/password"
      })
  void chunksAreRefusedWhereNoBodyBelongs(String start) {
    String response =
        guest.send(start + " HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    assertThat(status(response)).isEqualTo(400);
    assertThat(head(response)).contains("\r\nConnection: close\r\n");
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.count("tapmeta.requests", "outcome", "unwanted_body", "api", api(start)))
        .isOne();
  }

  @Test
  void whoeverExpectsToBeToldToContinueIsTold() {
    String response =
        guest.send(
            "POST "
                + USER_DATA
                + " HTTP/1.1\r\n"
                + HOST
                + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(response).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    assertThat(status(guest.send("ab"))).isEqualTo(200);
  }

  @Test
  void withoutABodyNobodyIsToldToContinue() {
    assertThat(
            guest.send(
                "GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n");
  }

  /** RFC 9110, 10.1.1: such a client does not know of interim responses. */
  @Test
  void whoSpeaksHttp10IsNeverToldToContinue() {
    String response =
        guest.send(
            "POST " + USER_DATA + " HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(response).isEmpty();
    assertThat(status(guest.send("ab"))).isEqualTo(200);
  }

  private static String api(String start) {
    return start.contains("/openstack") ? "openstack" : "ec2";
  }
}
