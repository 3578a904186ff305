package io.tapmeta.proxy;

import io.tapmeta.proxy.admin.AdminServer;
import io.tapmeta.proxy.admin.Predecessor;
import io.tapmeta.proxy.config.Configuration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

  /** Requests under way get this long to end; the unit's {@code TimeoutStopSec} is longer. */
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
    tapmeta.node.read();
    tapmeta.node.listen();
    tapmeta.node.announce();
    return tapmeta;
  }

  /**
   * The same beside a tapmeta that runs with the same admin socket: both listen for every guest, and
   * then the other one ends. What it had not accepted yet, the kernel moves over.
   *
   * @param givenUp true as soon as this one is to end instead
   * @throws IOException where this one does not get as far; the other one goes on then
   */
  public static Tapmeta replace(
      Configuration configuration, Runnable retired, BooleanSupplier givenUp) throws IOException {
    Tapmeta tapmeta = new Tapmeta(configuration, retired);
    Path socket = configuration.admin().socket();
    try {
      tapmeta.node.read();
      // Not listening yet: until it knows the guests, they are better off with the other one.
      await(
          tapmeta.node::hasRecords,
          givenUp,
          "sources.directory",
          configuration.sources().directory());
      tapmeta.node.listen();
      await(
          tapmeta.node::isListening,
          givenUp,
          "attachments.directory",
          configuration.attachments().directory());
      if (!Predecessor.retire(socket, TAKEOVER)) {
        log.info("{}: nobody there to be replaced", socket);
      }
      tapmeta.node.announce();
      tapmeta.admin = AdminServer.start(configuration.admin(), tapmeta.node.adminPages());
      return tapmeta;
    } catch (IOException e) {
      // Some guests' connections have come here by now: they are served first.
      tapmeta.close();
      throw e;
    }
  }

  private static void await(
      BooleanSupplier done, BooleanSupplier givenUp, String key, Path directory)
      throws IOException {
    long deadline = System.nanoTime() + TAKEOVER.toNanos();
    while (!done.getAsBoolean()) {
      if (givenUp.getAsBoolean()) {
        throw new IOException(
            "%s: %s: told to end before it was read, so nobody is replaced"
                .formatted(key, directory));
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException(
            "%s: %s: not read within %d s, so nobody is replaced (expected: a directory that is there)"
                .formatted(key, directory, TAKEOVER.toSeconds()));
      }
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
