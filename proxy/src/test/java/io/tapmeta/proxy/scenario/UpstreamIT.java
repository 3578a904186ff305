package io.tapmeta.proxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guests of which the node knows no more than who they are, and a backend that knows the rest. */
@Scenario
class UpstreamIT {
  private static final int PORT = 8775;
  private static final String USER_DATA = "/openstack/latest/user_data";
  private static final String SLOW = "/openstack/latest/slow";

  private final ComputeNode node = ComputeNode.start();
  private Backend backend = new Backend();

  @AfterEach
  void close() {
    backend.close();
    node.close();
  }

  @Test
  void aGuestWithIdentityOnlyIsAskedForAsItself() throws Exception {
    Daemon daemon = daemon();
    Guest first = bareGuest(daemon);
    Guest second = bareGuest(daemon);

    assertThat(first.get(USER_DATA).text()).isEqualTo("data of " + first.record().uuid());
    assertThat(second.get(USER_DATA).text()).isEqualTo("data of " + second.record().uuid());
    assertThat(backend.seen)
        .allSatisfy(
            head -> {
              assertThat(head).containsOnlyOnce("X-Forwarded-For: 10.0.0.5");
              assertThat(head).containsOnlyOnce("X-Tenant-ID: p-1");
            });
  }

  @Test
  void slowAnswersOfOneDelayNoDocumentOfAnother() throws Exception {
    Daemon daemon = daemon();
    Guest vm = node.vm("own");
    Guest slow = bareGuest(daemon);
    try (Connection own = vm.connect()) {
      percentile99(own);
      double quiet = percentile99(own);
      List<Connection> waiting = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        waiting.add(slow.connect().send("GET " + SLOW + i + " HTTP/1.1\r\nHost: x\r\n\r\n"));
      }
      await().until(() -> backend.seen.size() == 10);
      double loaded = percentile99(own);
      System.out.printf("p99 of own documents: quiet %.2f ms, loaded %.2f ms%n", quiet, loaded);
      assertThat(loaded).isLessThan(quiet + 50);
      for (Connection connection : waiting) {
        assertThat(connection.read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aBackendThatIsRestartedIsMissedByNobodyWhoDoesNotNeedIt() throws Exception {
    Daemon daemon = daemon();
    Guest vm = node.vm("own");
    Guest bare = bareGuest(daemon);
    assertThat(bare.get(USER_DATA).status()).isEqualTo(200);

    try (Traffic own = Traffic.of(vm)) {
      own.awaitMore();
      backend.close();
      for (int i = 0; i < 20; i++) {
        assertThat(bare.get(USER_DATA).status()).as("cached").isEqualTo(200);
        long before = System.nanoTime();
        Response failed = bare.get("/openstack/latest/never-asked-" + i);
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.header("Retry-After")).contains("1");
        assertThat(System.nanoTime() - before).isLessThan(1_000_000_000L);
      }
      own.awaitMore();
      backend = new Backend();
      await().until(() -> bare.get("/openstack/latest/again").status() == 200);
      own.awaitMore();
      assertThat(own.stop()).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }
  }

  @Test
  void fiftyGuestsThatBootTogetherAgainstABackendOf100MillisecondsAreAllServed() throws Exception {
    Daemon daemon = daemon();
    List<Guest> guests = Stream.generate(this::plugged).limit(50).toList();
    guests.forEach(daemon::awaitListening);
    long before = System.nanoTime();

    try (ExecutorService machines = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Integer>>> boots =
          guests.stream().map(guest -> machines.submit(() -> boot(guest))).toList();
      for (Future<List<Integer>> boot : boots) {
        assertThat(boot.get()).hasSize(28).containsOnly(200);
      }
    }

    System.out.printf(
        "50 guests, 28 requests each, 100 ms each: %.1f s%n", (System.nanoTime() - before) / 1e9);
    assertThat(backend.seen).hasSize(50 * 28);
  }

  private static List<Integer> boot(Guest guest) {
    try (Connection connection = guest.connect()) {
      return IntStream.range(0, 28)
          .mapToObj(i -> connection.get("/openstack/latest/a-while" + i).status())
          .toList();
    }
  }

  private Daemon daemon() throws IOException {
    Path secret = node.directory().resolve("shared-secret");
    Files.writeString(secret, "correct-horse\n");
    return node.daemon(
        node.config()
            .upstream("endpoints", "[\"http://127.0.0.1:%d\"]".formatted(PORT))
            .upstream("shared_secret_file", secret.toString()));
  }

  private Guest bareGuest(Daemon daemon) {
    Guest guest = plugged();
    daemon.awaitListening(guest);
    return guest;
  }

  private Guest plugged() {
    Guest guest = node.guest().start();
    guest
        .record()
        .replaceBy(
            """
            {"uuid": "%s", "project_id": "p-1", "ports": [{"tap": "%s", "mac": "%s"}]}
            """
                .formatted(guest.record().uuid(), guest.tap(), guest.mac()));
    return guest.attach();
  }

  /** The best of some rounds: what else runs on the machine is not the matter here. */
  private static double percentile99(Connection connection) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      best = Math.min(best, percentile99Once(connection));
    }
    return best;
  }

  private static double percentile99Once(Connection connection) {
    int count = 300;
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long before = System.nanoTime();
      assertThat(connection.get(Guest.META_DATA_JSON).status()).isEqualTo(200);
      nanos.add(System.nanoTime() - before);
    }
    return nanos.stream().sorted().skip(count * 99L / 100).findFirst().orElseThrow() / 1e6;
  }

  /** Says whom it was asked for; what is called slow takes three seconds, a while 100 ms. */
  private final class Backend implements AutoCloseable {
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket listener = node.namespace().occupy("127.0.0.1", PORT);

    Backend() {
      Thread.ofPlatform().daemon().name("backend").start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = listener.accept();
          open.add(socket);
          Thread.ofVirtual().start(() -> serve(socket));
        }
      } catch (IOException _) {
        // Closed.
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          head.append(line).append('\n');
          if (line.isEmpty()) {
            seen.add(head.toString());
            answer(socket, head.toString());
            head.setLength(0);
          }
        }
      } catch (IOException _) {
        // The other side has gone, or this one was closed.
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private void answer(Socket socket, String head) throws IOException, InterruptedException {
      if (head.contains("/slow")) {
        Thread.sleep(3000);
      } else if (head.contains("/a-while")) {
        Thread.sleep(100);
      }
      String whom =
          head.lines()
              .filter(line -> line.startsWith("X-Instance-ID: "))
              .map(line -> line.substring(15))
              .findFirst()
              .orElse("nobody");
      String body = "data of " + whom;
      String answer =
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(body.length(), body);
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
      try {
        listener.close();
        for (Socket socket : open) {
          socket.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
