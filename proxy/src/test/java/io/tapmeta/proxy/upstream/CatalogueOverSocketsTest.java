package io.tapmeta.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.http.HostileCase;
import io.tapmeta.proxy.http.PlainCase;
import io.tapmeta.proxy.upstream.MisbehavingBackend.Request;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The adversarial catalogue over real connections, for a guest whose every path is a backend's. */
@Timeout(120)
class CatalogueOverSocketsTest {
  @TempDir static Path directory;
  private static MisbehavingBackend backend;
  private static UpstreamDesk desk;

  @BeforeAll
  static void open() throws Exception {
    backend = MisbehavingBackend.saying("answer");
    desk = new UpstreamDesk.Plan(directory, backend).open();
  }

  @AfterAll
  static void close() throws Exception {
    desk.close();
    backend.close();
  }

  static Stream<HostileCase> hostile() {
    return HostileCase.all();
  }

  static Stream<PlainCase> plain() {
    return PlainCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void reachesNoBackend(HostileCase hostile) throws Exception {
    int before = backend.requests().size();
    try (RawGuest guest = desk.guest()) {
      guest.send(hostile.request());
      assertThat(guest.read().status()).isEqualTo(hostile.status());
      if (hostile.closes()) {
        assertThat(guest.ends()).isTrue();
      }
    }
    desk.settle();
    assertThat(backend.requests()).hasSize(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("plain")
  void reachesTheBackendAsOneRequestOfOurs(PlainCase plain) throws Exception {
    int before = backend.requests().size();
    try (RawGuest guest = desk.guest()) {
      guest.send(plain.request());
      assertThat(guest.read().text()).isEqualTo("answer");
    }
    assertThat(backend.requests()).hasSize(before + 1);
    Request request = backend.requests().getLast();
    assertThat(request.line()).contains(" /openstack/latest/user_data");
    assertThat(request.header("X-Instance-ID")).containsExactly(UpstreamDesk.UUID);
    assertThat(request.header("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(request.headerNames())
        .doesNotContain("upgrade", "http2-settings", "connection", "x_instance_id", "range");
    assertThat(request.head().toLowerCase(Locale.ROOT)).doesNotContain("chunked");
  }
}
