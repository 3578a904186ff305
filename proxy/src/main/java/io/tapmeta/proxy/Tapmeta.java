package io.tapmeta.proxy;

import io.tapmeta.proxy.admin.AdminServer;
import io.tapmeta.proxy.admin.Predecessor;
import io.tapmeta.proxy.config.Configuration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running daemon: how it starts, takes over from another one, is told of another configuration,
 * and ends.
 */
public final class Tapmeta implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tapmeta.class);

  /** Handshakes that have begun end within this, and a guest that asks often meets the goodbye. */
  private static final Duration SETTLE = Duration.ofMillis(250);

  /** A successor waits so long for attachments and records, and then for the other one to go. */
  private static final Duration TAKEOVER = Duration.ofSeconds(30);

  /** Requests under way get this long to end; systemd's patience is 90 s. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Node node;
  private @Nullable AdminServer admin;
  private Configuration configuration;

  private Tapmeta(Configuration configuration, Runnable retired) throws IOException {
    this.configuration = configuration;
    this.node = new Node(configuration, retired);
  }

  /**
   * Starts everything.
   *
   * @param retired is run when another tapmeta has taken this one's place, which is to end
   * @throws IOException where something that cannot be done without is not to be had
   */
  public static Tapmeta start(Configuration configuration, Runnable retired) throws IOException {
    Tapmeta tapmeta = new Tapmeta(configuration, retired);
    // First, as it fails where another tapmeta runs.
    tapmeta.admin = AdminServer.start(configuration.admin(), tapmeta.node.adminPages());
    tapmeta.node.serve();
    return tapmeta;
  }

  /**
   * The same beside a tapmeta that runs with the same admin socket: both listen for every guest, and
   * then the other one ends. What it had not accepted yet, the kernel moves over.
   */
  public static Tapmeta replace(Configuration configuration, Runnable retired) throws IOException {
    Tapmeta tapmeta = new Tapmeta(configuration, retired);
    tapmeta.node.serve();
    tapmeta.awaitServing();
    try {
      if (!Predecessor.retire(configuration.admin().socket(), TAKEOVER)) {
        log.info("{}: nobody there to be replaced", configuration.admin().socket());
      }
      tapmeta.admin = AdminServer.start(configuration.admin(), tapmeta.node.adminPages());
      return tapmeta;
    } catch (IOException e) {
      // Some guests' connections have come here by now: they are served before the other one goes
      // on.
      tapmeta.close();
      throw e;
    }
  }

  /** Within reason: what cannot be listened for is no reason to leave the rest to the other one. */
  private void awaitServing() {
    long deadline = System.nanoTime() + TAKEOVER.toNanos();
    while (!node.isServing() && System.nanoTime() - deadline < 0) {
      pause(Duration.ofMillis(10));
    }
  }

  /** Where the admin side listens. */
  public InetSocketAddress adminAddress() {
    return Objects.requireNonNull(admin, "not started").address();
  }

  /**
   * Puts another configuration in force, or throws and changes nothing. Records and attachments are
   * read again as well.
   *
   * @throws IllegalArgumentException naming the keys that take a restart
   */
  public synchronized void reload(Configuration next) {
    List<String> fixed = RestartOnly.changed(configuration, next);
    if (!fixed.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", fixed) + " (expected: as at the start; a change takes a restart)");
    }
    node.apply(next);
    configuration = next;
  }

  /**
   * Lets requests under way end, and ends. New connections are not taken in: guests ask again, and
   * meet whoever is started next.
   */
  @Override
  public void close() {
    node.stopFollowing();
    node.refuseNew();
    node.announceEnd();
    pause(SETTLE);
    node.stopAccepting();
    end();
  }

  /** The same where another tapmeta listens by now: it gets all that was not accepted yet. */
  public void handOver() {
    node.stopFollowing();
    node.stopAccepting();
    // Also waits for the loops to have closed what they listened on, which a successor waits for.
    node.announceEnd();
    closeAdmin();
    pause(SETTLE);
    end();
  }

  private void end() {
    node.end(DRAIN);
    closeAdmin();
  }

  private void closeAdmin() {
    if (admin != null) {
      admin.close();
      admin = null;
    }
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
