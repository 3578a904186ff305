package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Namespace;
import io.tapmeta.proxy.scenario.kit.Scenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Namespaces that are not tapmeta's own answer a flood of SYNs by cookies, and some always do: of such
 * a connection the kernel has kept no SYN, and nobody can tell whose it is.
 */
@Scenario
final class SynCookieIT {
  private static final String REFUSED = "tapmeta_identity_refused_total{reason=\"no_saved_syn\"}";
  private static final int CONNECTIONS = 20;

  private static EveryMode modes;
  private static Daemon daemon;

  @BeforeAll
  static void start() {
    modes = new EveryMode();
    daemon = modes.node.daemon();
  }

  @AfterAll
  static void close() {
    modes.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "adopt"})
  void connectionByCookieGetsNobodysDocumentUntilThereAreNoneAgain(String mode) {
    boolean shared = mode.equals("shared");
    Guest guest = shared ? modes.shared : modes.adopted;
    Namespace namespace = shared ? modes.node.namespace() : modes.sdn;
    String usual = cookies(namespace);
    modes.isServed();
    double before = daemon.metric(REFUSED);

    setCookies(namespace, "2");
    for (int i = 0; i < CONNECTIONS; i++) {
      // Whose SYN was read last is what a careless daemon would answer by.
      assertThat(modes.separate.identity()).isEqualTo(modes.separate.record().uuid());
      try (Connection nobodys = guest.connect()) {
        assertThat(nobodys.ends()).isTrue();
      }
    }
    await().untilAsserted(() -> assertThat(daemon.metric(REFUSED)).isEqualTo(before + CONNECTIONS));
    assertThat(daemon.admin("/attachments").text()).contains("\"outcome\": \"no_saved_syn\"");

    for (String harmless : new String[] {"1", "0", usual}) {
      setCookies(namespace, harmless);
      try (Connection connection = guest.connect()) {
        assertThat(connection.get(META_DATA_JSON).identity()).isEqualTo(guest.record().uuid());
      }
    }
    modes.isServed();
    assertThat(daemon.metric(REFUSED)).isEqualTo(before + CONNECTIONS);
  }

  private static String cookies(Namespace namespace) {
    return namespace.command("sysctl", "-n", "net.ipv4.tcp_syncookies").run().orFail().strip();
  }

  private static void setCookies(Namespace namespace, String value) {
    namespace.command("sysctl", "-qw", "net.ipv4.tcp_syncookies=" + value).run().orFail();
  }
}
