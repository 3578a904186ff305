package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a backend is by its name, which may move, have several places or none for now. */
@Timeout(60)
class BackendNamesTest {
  @TempDir Path directory;

  @Test
  void aNameThatCannotBeResolvedIsLikeARefusal() throws Exception {
    try (UpstreamDesk desk = plan().endpoint("http://no-such-host.invalid:8775").open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).status()).isEqualTo(503);
    }
  }

  @Test
  void aNameThatMovesIsFollowed() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
    AtomicReference<InetAddress> address = new AtomicReference<>(InetAddress.getLoopbackAddress());
    try (MisbehavingBackend here = MisbehavingBackend.saying("here");
        MisbehavingBackend there = MisbehavingBackend.beside(here, elsewhere, "there");
        UpstreamDesk desk =
            plan()
                .endpoint("http://nova.test:" + here.port())
                .names(_ -> List.of(address.get()))
                .open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("here");
      address.set(elsewhere);
      desk.resolve();
      // Not even a connection that is still open leads to the old place.
      assertThat(guest.get(ANY).text()).isEqualTo("there");
      assertThat(there.request().header("Host")).containsExactly("nova.test:" + here.port());
    }
  }

  @Test
  void theNextAddressOfANameIsTriedWhereOneRefuses() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
    try (MisbehavingBackend here = MisbehavingBackend.saying("here");
        MisbehavingBackend there = MisbehavingBackend.beside(here, elsewhere, "there");
        UpstreamDesk desk =
            plan()
                .endpoint("http://nova.test:" + here.port())
                .names(_ -> List.of(InetAddress.getLoopbackAddress(), elsewhere))
                .open();
        RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY).text()).isEqualTo("here");
      desk.resolve();
      assertThat(guest.get(ANY).text()).isEqualTo("here");
      assertThat(there.requests()).isEmpty();
      here.die();
      await().until(() -> guest.get(ANY).status() == 200);
      assertThat(guest.get(ANY).text()).isEqualTo("there");
    }
  }

  @Test
  void aNameThatCannotBeResolvedForAWhileKeepsItsAddress() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    try (MisbehavingBackend backend = MisbehavingBackend.saying("answer");
        UpstreamDesk desk =
            plan()
                .endpoint("http://nova.test:" + backend.port())
                .names(
                    host -> {
                      if (broken.get()) {
                        throw new UnknownHostException(host);
                      }
                      return List.of(InetAddress.getLoopbackAddress());
                    })
                .open();
        RawGuest guest = desk.guest()) {
      broken.set(true);
      desk.resolve();
      assertThat(guest.get(ANY).text()).isEqualTo("answer");
    }
  }

  private UpstreamDesk.Plan plan(MisbehavingBackend... backends) {
    return new UpstreamDesk.Plan(directory, backends);
  }
}
