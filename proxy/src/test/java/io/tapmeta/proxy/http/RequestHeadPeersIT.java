package io.tapmeta.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * S10: against nginx and haproxy. Nothing is taken for a request here that both of them refuse: what
 * would stand between us and a smuggler does not let it through, and nor do we.
 */
@Timeout(120)
final class RequestHeadPeersIT {
  private static final int CHANGED = 2000;

  /** What says that the bytes are no request, as opposed to one that gets no document. */
  private static final Set<Integer> REFUSALS =
      Set.of(400, 405, 408, 411, 413, 414, 417, 431, 501, 505);

  @TempDir private static Path directory;

  private static Peer nginx;
  private static Peer haproxy;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Peer.program("nginx").isPresent(), "nginx is missing; verify unpacks it");
    assumeTrue(Peer.program("haproxy").isPresent(), "haproxy is missing; verify unpacks it");
    nginx = Peer.nginx(directory);
    haproxy = Peer.haproxy(directory);
  }

  @AfterAll
  static void stop() {
    if (nginx != null) {
      nginx.close();
    }
    if (haproxy != null) {
      haproxy.close();
    }
  }

  @Test
  void s10_nothingOfTheCatalogueIsAcceptedThatBothPeersRefuse() {
    List<byte[]> accepted = accepted(Peer.corpus());
    assertThat(accepted).hasSizeGreaterThan(20);
    assertThat(refusedByBoth(accepted)).isEmpty();
  }

  @Test
  void s10_noChangedHeadIsAcceptedThatBothPeersRefuse() {
    RequestHeads heads = new RequestHeads(127);
    List<byte[]> changed = new ArrayList<>();
    while (changed.size() < CHANGED) {
      changed.add(heads.spoiled().getBytes(StandardCharsets.ISO_8859_1));
    }
    List<byte[]> accepted = accepted(changed);
    assertThat(accepted).hasSizeGreaterThan(200);
    assertThat(refusedByBoth(accepted)).isEmpty();
  }

  private static List<byte[]> accepted(List<byte[]> requests) {
    return requests.stream().filter(RequestHeadPeersIT::weAccept).toList();
  }

  private static boolean weAccept(byte[] request) {
    try (GuestNode node = GuestNode.serving(directory)) {
      GuestChannel guest = node.guest();
      String answer = guest.sendBytes(request);
      return !answer.isEmpty() && !REFUSALS.contains(GuestChannel.status(answer));
    }
  }

  private static List<String> refusedByBoth(List<byte[]> requests) {
    return requests.stream()
        .filter(request -> !nginx.accepts(request) && !haproxy.accepts(request))
        .map(request -> new String(request, StandardCharsets.ISO_8859_1))
        .toList();
  }
}
