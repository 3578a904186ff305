package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.Instances;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which document a request gets, and what it says of itself. */
class DocumentRequestTest extends OneGuest {
  private static final String USER_DATA = "/openstack/latest/user_data";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/openstack/latest/user_data",
        "/openstack/latest",
        "/latest/meta-data/public-ipv4",
        "/no/such/path"
      })
  void headIsGetWithoutTheBody(String path) {
    String get = guest.get(path);
    String head = guest.send("HEAD " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(undated(head)).isEqualTo(undated(head(get)));
    assertThat(guest.isOpen()).isTrue();
    assertThat(body(guest.get("/openstack"))).isNotEmpty();
  }

  @Test
  void headOfASeededDocumentTellsItsLength() {
    String get = guest.get("/openstack/latest/meta_data.json");
    String head = guest.send("HEAD /openstack/latest/meta_data.json HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(undated(head)).isEqualTo(undated(head(get)));
  }

  @Test
  void everyAnswerHasAFreshSeed() {
    Pattern seed = Pattern.compile("\"random_seed\": \"([^\"]*)\"");
    Set<String> seeds = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Matcher matcher = seed.matcher(guest.get("/openstack/latest/meta_data.json"));
      assertThat(matcher.find()).isTrue();
      assertThat(Base64.getDecoder().decode(matcher.group(1))).hasSize(512);
      seeds.add(matcher.group(1));
    }
    assertThat(seeds).hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/openstack/latest/user_data",
        "HTTP://169.254.169.254:80/openstack/latest/user_data",
        "http://[fe80::a9fe:a9fe]/openstack/latest/user_data",
        "http://[FE80::A9FE:A9FE]:80/openstack/latest/user_data"
      })
  void aUrlOfOursIsAsGoodAsItsPath(String target) {
    String host = target.replaceFirst("^[^/]*//([^/]*)/.*", "$1");
    String answer = guest.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    assertThat(body(answer)).isEqualTo("#!/bin/sh\n");
  }

  @Test
  void theSamePathWrittenOtherwiseIsTheSameDocument() {
    for (String target :
        List.of(
            "//openstack/latest/user_data",
            "/openstack//latest/./user_data/",
            "/latest/../openstack/latest/user%5Fdata",
            "/openstack/latest/user_data?x=/y")) {
      assertThat(body(guest.get(target))).as(target).isEqualTo("#!/bin/sh\n");
    }
  }

  @Test
  void aGuestThatHasTheDocumentIsToldSo() {
    String tag = head(guest.get(USER_DATA)).replaceAll("(?s).*ETag: (\"[^\"]*\").*", "$1");
    for (String method : List.of("GET", "HEAD")) {
      String response =
          guest.send(
              method
                  + " "
                  + USER_DATA
                  + " HTTP/1.1\r\n"
                  + HOST
                  + "If-None-Match: "
                  + tag
                  + "\r\n\r\n");
      assertThat(status(response)).isEqualTo(304);
      assertThat(head(response)).contains("\r\nETag: " + tag + "\r\n");
      assertThat(body(response)).isEmpty();
    }
    String other =
        guest.send("GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "If-None-Match: \"x\"\r\n\r\n");
    assertThat(status(other)).isEqualTo(200);
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "not_modified"))
        .isEqualTo(2);
  }

  @Test
  void aSeededDocumentIsNeverTheOneTheGuestHas() {
    String response =
        guest.send(
            "GET /openstack/latest/meta_data.json HTTP/1.1\r\n"
                + HOST
                + "If-None-Match: *\r\n\r\n");
    assertThat(status(response)).isEqualTo(200);
  }

  @Test
  void aChangedRecordIsInForceForTheNextRequest() {
    assertThat(body(guest.get("/latest/meta-data/hostname"))).isEqualTo("web-1.novalocal");
    node.publish(Instances.with("\"hostname\": \"renamed\""));
    assertThat(body(guest.get("/latest/meta-data/hostname"))).isEqualTo("renamed");
  }

  @Test
  void aRecordThatGoesMakesTheGuestUnknown() {
    node.publish();
    String response = guest.get(USER_DATA);
    assertThat(status(response)).isEqualTo(404);
    assertThat(guest.isOpen()).isTrue();
    assertThat(node.count("tapmeta.identity.refused", "reason", "unknown")).isOne();
  }

  @Test
  void unknownPathsAndUnknownGuestsLookTheSame() {
    String path = guest.get("/no/such/path");
    GuestChannel stranger = node.guest(node.plug(), "fa:16:3e:ff:ff:ff");
    assertThat(undated(stranger.get(USER_DATA))).isEqualTo(undated(path));
  }

  @Test
  void twoRecordsForOnePortAreAnsweredAsUnknown() {
    node.publish(Instances.full(), Instances.with("\"name\": \"twin\""));
    assertThat(status(guest.get(USER_DATA))).isEqualTo(404);
    assertThat(node.count("tapmeta.identity.refused", "reason", "ambiguous")).isOne();
  }

  @Test
  void theGuestsAddressStandsInForAMissingOne() {
    node.publish(Instances.with("\"name\": \"x\""));
    assertThat(body(guest.get("/latest/meta-data/local-ipv4"))).isEqualTo("10.0.0.5");
    assertThat(body(node.guest().get("/latest/meta-data/local-ipv4"))).isEqualTo("10.0.0.6");
  }

  @Test
  void anAddressIsShownWithoutItsZone() {
    node.publish(Instances.with("\"name\": \"x\""));
    GuestChannel v6 =
        new GuestChannel(GuestChannel.from("fe80::5%1"), node.loop(), node.plug(), Instances.MAC);
    assertThat(body(v6.get("/latest/meta-data/local-ipv4"))).doesNotContain("%").contains("fe80");
    v6.finish();
  }
}
