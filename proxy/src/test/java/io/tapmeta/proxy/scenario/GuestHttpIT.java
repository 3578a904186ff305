package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as guests speak it, well and badly. */
@Scenario
final class GuestHttpIT {
  private static final String HOST = "Host: 169.254.169.254\r\n";
  private static final String USER_DATA = "/openstack/latest/user_data";
  private static final String GET_USER_DATA = "GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "\r\n";

  private static ComputeNode node;
  private static Guest guest;

  private Connection connection;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    guest = node.guest().start();
    guest.record().userData("#!/bin/sh\n").write();
    guest.attach();
    node.daemon();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @BeforeEach
  void connect() {
    connection = guest.connect();
  }

  @Test
  void http11ConnectionStaysOpenAndSaysNothingOfIt() {
    for (int i = 0; i < 3; i++) {
      Response answer = connection.get(USER_DATA);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Connection")).isEmpty();
      assertThat(answer.text()).isEqualTo("#!/bin/sh\n");
    }
  }

  @Test
  void connectionCloseIsHonoured() {
    Response answer = connection.request("GET", USER_DATA, "Connection: close");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Connection")).contains("close");
    assertThat(connection.ends()).isTrue();
  }

  @Test
  void http10ConnectionIsClosedAfterTheAnswer() {
    Response answer = connection.send("GET " + USER_DATA + " HTTP/1.0\r\n\r\n").read();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(connection.ends()).isTrue();
  }

  @Test
  void http10KeepAliveIsHonouredAndConfirmed() {
    String request = "GET " + USER_DATA + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

    Response answer = connection.send(request).read();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Connection")).contains("keep-alive");
    assertThat(connection.send(request).read().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openstack", META_DATA_JSON, USER_DATA, "/nothing"})
  void headHasTheHeadersOfGetAndNoBody(String path) {
    Response get = connection.get(path);
    Response head = connection.request("HEAD", path);

    assertThat(head.status()).isEqualTo(get.status());
    assertThat(head.headers()).isEqualTo(get.headers());
    // A body would stand in the way of the next answer.
    assertThat(connection.get("/openstack").status()).isEqualTo(200);
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    connection.send(
        GET_USER_DATA
            + GET_USER_DATA.replace(USER_DATA, "/nothing")
            + GET_USER_DATA.replace("GET", "HEAD")
            + GET_USER_DATA.replace(USER_DATA, META_DATA_JSON));

    assertThat(connection.read().text()).isEqualTo("#!/bin/sh\n");
    assertThat(connection.read().status()).isEqualTo(404);
    assertThat(connection.readHead().status()).isEqualTo(200);
    assertThat(connection.read().identity()).isEqualTo(guest.record().uuid());
  }

  @Test
  void requestInSingleBytesIsOneRequest() {
    for (byte b : GET_USER_DATA.getBytes(StandardCharsets.US_ASCII)) {
      connection.send(new byte[] {b});
    }
    assertThat(connection.read().text()).isEqualTo("#!/bin/sh\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"})
  void otherMethodsAreAnsweredLikeGetAndTheirBodiesSkipped(String method) {
    connection.send(
        method + " " + META_DATA_JSON + " HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");

    assertThat(connection.read().identity()).isEqualTo(guest.record().uuid());
    assertThat(connection.get(USER_DATA).status()).isEqualTo(200);
  }

  @Test
  void bodyIsCalledForWhereTheGuestWaitsToBeAsked() {
    connection.send(
        "POST "
            + USER_DATA
            + " HTTP/1.1\r\n"
            + HOST
            + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(connection.readHead().status()).isEqualTo(100);
    assertThat(connection.send("ok").read().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "TRACE"})
  void methodsOfProxiesAre405(String method) {
    String target = method.equals("CONNECT") ? "169.254.169.254:80" : USER_DATA;

    Response answer = connection.request(method, target);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n0",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n0",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET http://169.254.169.253/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://169.254.169.254@example.org/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001"
      })
  void whatTwoReadersCouldReadDifferentlyIs400AndTheEnd(String request) {
    connection.send(request);

    Response answer = connection.read();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Connection")).contains("close");
    assertThat(answer.text()).isEqualTo("Bad Request\n");
    assertThat(connection.ends()).isTrue();
  }

  @Test
  void oneEmptyLineBeforeARequestIsLetThrough() {
    assertThat(connection.send("\r\n" + GET_USER_DATA).read().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://169.254.169.254", "HTTP://169.254.169.254:80"})
  void absoluteFormForOurOwnAddressIsServed(String origin) {
    assertThat(connection.get(origin + USER_DATA).text()).isEqualTo("#!/bin/sh\n");
  }

  @Test
  void refusalsTellNothingOfTheNode() {
    Response answer = connection.get("/openstack/latest/../../etc/passwd");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("Not Found\n");
    assertThat(answer.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(answer.header("Server")).isEmpty();
  }

  @Test
  void tokensThatAreOffAreExactly404() {
    Response answer =
        connection.request(
            "PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 21600");
    assertThat(answer.status()).isEqualTo(404);
  }
}
