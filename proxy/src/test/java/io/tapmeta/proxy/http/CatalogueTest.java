package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.responses;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The adversarial catalogue, with a request behind each that nobody may take for another. */
class CatalogueTest extends OneGuest {
  private static final String NEXT =
      "GET /latest/meta-data/ami-launch-index HTTP/1.1\r\n" + GuestChannel.HOST + "\r\n";

  static Stream<HostileCase> hostile() {
    return HostileCase.all();
  }

  static Stream<PlainCase> plain() {
    return PlainCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isRefused(HostileCase hostile) {
    List<String> answers = responses(guest.send(hostile.request() + NEXT));
    assertThat(status(answers.getFirst())).isEqualTo(hostile.status());
    assertThat(answers).hasSize(hostile.closes() ? 1 : 2);
    assertThat(guest.isOpen()).isEqualTo(!hostile.closes());
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "served")).isZero();
  }

  /** However it is cut into segments. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isRefusedInPieces(HostileCase hostile) {
    StringBuilder answers = new StringBuilder();
    String text = hostile.request() + NEXT;
    int step = Math.max(1, text.length() / 97);
    for (int from = 0; from < text.length() && guest.isOpen(); from += step) {
      answers.append(guest.send(text.substring(from, Math.min(text.length(), from + step))));
    }
    List<String> all = responses(answers.toString());
    assertThat(status(all.getFirst())).isEqualTo(hostile.status());
    assertThat(all).hasSize(hostile.closes() ? 1 : 2);
    assertThat(guest.isOpen()).isEqualTo(!hostile.closes());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("plain")
  void isAnswered(PlainCase plain) {
    String answer = guest.send(plain.request());
    assertThat(status(answer)).isEqualTo(200);
    assertThat(body(answer)).isEqualTo("#!/bin/sh\n");
  }
}
