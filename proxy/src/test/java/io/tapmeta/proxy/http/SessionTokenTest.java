package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.Instances;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The second version of EC2's service: a token first, and with it everything else. */
@ExtendWith(NoLeaks.class)
class SessionTokenTest {
  private static final String EC2 = "X-aws-ec2-metadata-token";
  private static final String OWN = "X-metadata-token";
  private static final String PATH = "/latest/meta-data/instance-id";

  @TempDir Path temp;
  private GuestNode node;
  private GuestChannel guest;

  @AfterEach
  void end() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {EC2, OWN, "x-AWS-ec2-METADATA-token"})
  void aTokenIsGivenAndGoodForEverything(String name) {
    open("required");
    String answer = put(name + "-ttl-seconds: 21600");
    assertThat(status(answer)).isEqualTo(200);
    assertThat(head(answer)).containsIgnoringCase("\r\n" + name + "-ttl-seconds: 21600\r\n");
    for (String path : List.of(PATH, "/openstack", "/openstack/latest/meta_data.json", "/1.0/")) {
      assertThat(status(get(path, name + ": " + body(answer)))).as(path).isEqualTo(200);
    }
    assertThat(node.count("tapmeta.tokens.issued")).isOne();
    assertThat(node.count("tapmeta.token.requests", "mode", "required", "token", "valid"))
        .isEqualTo(4);
  }

  /** P4: the gate stands before the paths. */
  @Test
  void whereTokensAreRequiredNothingIsAnsweredWithout() {
    open("required");
    List<String> paths = new ArrayList<>(List.of("/", "/openstack", "/nocloud/meta-data", "/x"));
    for (String version : List.of("latest", "1.0", "2007-01-19", "2009-04-04")) {
      paths.add("/" + version + "/meta-data/instance-id");
      paths.add("/" + version + "/user-data/");
    }
    for (String version : List.of("latest", "2012-08-10", "2020-10-14")) {
      for (String leaf : List.of("meta_data.json", "user_data", "password", "network_data.json")) {
        paths.add("/openstack/" + version + "/" + leaf);
        paths.add("//openstack/./" + version + "/" + leaf + "/");
      }
    }
    for (String path : paths) {
      assertThat(status(guest.get(path))).as(path).isEqualTo(401);
      assertThat(status(get(path, EC2 + ": AAAA"))).as(path).isEqualTo(401);
    }
    assertThat(status(guest.send("POST /openstack/latest/password HTTP/1.1\r\n" + HOST + "\r\n")))
        .isEqualTo(401);
    assertThat(guest.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "21601", "-1", "x", "1 2"})
  void aTokenForNoTimeOrTooLongIsNotGiven(String seconds) {
    open("required");
    assertThat(status(put(EC2 + "-ttl-seconds: " + seconds))).isEqualTo(400);
    assertThat(status(put("X: y"))).isEqualTo(400);
    assertThat(guest.isOpen()).isTrue();
  }

  @Test
  void twoLifetimesAreNone() {
    open("report");
    String twice = EC2 + "-ttl-seconds: 60\r\n";
    assertThat(status(put(twice + EC2 + "-ttl-seconds: 60"))).isEqualTo(400);
    assertThat(status(put(twice + OWN + "-ttl-seconds: 61"))).isEqualTo(400);
    assertThat(status(put(twice + OWN + "-ttl-seconds: 60"))).isEqualTo(200);
  }

  /** I7. */
  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For: 10.0.0.1", "x-forwarded-for:", "X-FORWARDED-FOR: ::1"})
  void aTokenIsNotGivenThroughAProxy(String header) {
    open("required");
    assertThat(status(put(EC2 + "-ttl-seconds: 60\r\n" + header))).isEqualTo(403);
    String token = body(put(EC2 + "-ttl-seconds: 60"));
    assertThat(status(get(PATH, EC2 + ": " + token + "\r\n" + header))).isEqualTo(200);
  }

  @Test
  void whereTokensAreOffThereAreNone() {
    open("off");
    String unknown = guest.get("/no/such/path");
    String answer = put(EC2 + "-ttl-seconds: 60");
    assertThat(undated(answer)).isEqualTo(undated(unknown));
    assertThat(status(get(PATH, EC2 + ": whatever"))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"X: y, absent", "X-metadata-token: AAAA, invalid"})
  void whereTokensAreReportedEverythingIsAnsweredAndCounted(String header, String counted) {
    open("report");
    assertThat(status(get(PATH, header))).isEqualTo(200);
    assertThat(status(put(EC2 + "-ttl-seconds: 60"))).isEqualTo(200);
    assertThat(node.count("tapmeta.token.requests", "mode", "report", "token", counted)).isOne();
  }

  /** I2. */
  @Test
  void aTokenIsNobodyElsesAndNoOtherPlugs() {
    open("required");
    String token = EC2 + ": " + body(put(EC2 + "-ttl-seconds: 60"));
    assertThat(status(get(PATH, token))).isEqualTo(200);

    GuestChannel again = node.guest(GuestNode.plug(Instances.TAP, Duration.ofHours(1)));
    assertThat(status(again.send(request(PATH, token)))).as("plugged in anew").isEqualTo(401);

    String record =
        Instances.FULL.replace("\"meta\":", "\"policy\": {\"tokens\": \"required\"}, \"meta\":");
    node.publish(Instances.read(record.replace(Instances.UUID, Instances.UUID.replace('5', '6'))));
    assertThat(status(get(PATH, token))).as("another VM on the same port").isEqualTo(401);
  }

  @Test
  void theOtherConnectionsOfTheVmMayUseItToo() {
    open("required");
    String token = EC2 + ": " + body(put(EC2 + "-ttl-seconds: 60"));
    assertThat(status(node.guest().send(request(PATH, token)))).isEqualTo(200);
  }

  @Test
  void onlyPutAsksForATokenAndItNeedsNone() {
    open("required");
    assertThat(status(guest.get("/latest/api/token"))).isEqualTo(401);
    String token = body(put(EC2 + "-ttl-seconds: 60"));
    assertThat(status(get("/latest/api/token", EC2 + ": " + token))).isEqualTo(404);
    String elsewhere = "PUT /1.0/api/token HTTP/1.1\r\n" + HOST + EC2 + "-ttl-seconds: 60\r\n\r\n";
    assertThat(status(guest.send(elsewhere))).isEqualTo(401);
  }

  @Test
  void aTokenAndItsLifetimeMayComeWithABody() {
    open("required");
    assertThat(status(put(EC2 + "-ttl-seconds: 60\r\nContent-Length: 0"))).isEqualTo(200);
    assertThat(
            guest.send(
                "PUT /latest/api/token HTTP/1.1\r\n"
                    + HOST
                    + EC2
                    + "-ttl-seconds: 60\r\nContent-Length: 2\r\n\r\n"))
        .isEmpty();
    assertThat(status(guest.send("ab"))).isEqualTo(200);
  }

  private void open(String mode) {
    node = GuestNode.serving(temp);
    node.publish(
        Instances.read(
            Instances.FULL.replace(
                "\"meta\":", "\"policy\": {\"tokens\": \"%s\"}, \"meta\":".formatted(mode))));
    guest = node.guest();
  }

  private String put(String headers) {
    return guest.send("PUT /latest/api/token HTTP/1.1\r\n" + HOST + headers + "\r\n\r\n");
  }

  private String get(String path, String headers) {
    return guest.send(request(path, headers));
  }

  private static String request(String path, String headers) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + headers + "\r\n\r\n";
  }

  private static String undated(String responses) {
    return responses.replaceAll("\r\nDate: [^\r]*\r\n", "\r\nDate: -\r\n");
  }
}
