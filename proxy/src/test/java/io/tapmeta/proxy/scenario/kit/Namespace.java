package io.tapmeta.proxy.scenario.kit;

import io.tapmeta.proxy.kernel.NetworkNamespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A named network namespace. */
public final class Namespace implements AutoCloseable {
  private static final int CONNECT_MILLIS = 15_000;

  private static final int DEFAULT_BUFFER = 128 * 1024;

  private final String name;

  private Namespace(String name) {
    this.name = name;
  }

  /** Makes one of this run's own, with its loopback up. */
  static Namespace make(String kind) {
    return makeNamed(Run.namespaceName(kind));
  }

  /** Makes one whose name somebody else has chosen, with its loopback up. */
  static Namespace makeNamed(String name) {
    Namespace made = named(name);
    Command.of("ip", "netns", "add", made.name).run().orFail();
    made.ip("link set lo up");
    return made;
  }

  /** One that somebody else makes. */
  public static Namespace named(String name) {
    return new Namespace(name);
  }

  /** Another hold on it, for when its name is gone or another's. */
  public KeptNamespace keep() {
    return new KeptNamespace(path());
  }

  /** TCP connections of anybody in here. */
  public long connections() {
    return connections(path());
  }

  static long connections(String path) {
    return Command.of("nsenter", "--net=" + path, "ss", "-Htn", "state", "established")
        .run()
        .orFail()
        .lines()
        .count();
  }

  public String name() {
    return name;
  }

  public boolean exists() {
    return Files.exists(NetworkNamespaces.DIRECTORY.resolve(name));
  }

  /** A program that is to run in here. */
  public Command command(String... words) {
    return Command.inside(name, words);
  }

  /** Commands of {@code ip}, all of which have to succeed. */
  public void ip(String... lines) {
    Command.of("ip", "-n", name, "-batch", "-")
        .input(String.join("\n", lines) + "\n")
        .run()
        .orFail();
  }

  /** A connection from in here; the socket stays in the namespace, whoever uses it. */
  public Connection connect(int fromPort, String address, int port) {
    return connect(fromPort, address, port, DEFAULT_BUFFER);
  }

  /**
   * As the other.
   *
   * @param receiveBuffer bytes that are taken in before somebody reads them
   */
  Connection connect(int fromPort, String address, int port, int receiveBuffer) {
    return visit(
        () -> {
          // Closed by the connection.
          Socket socket = new Socket();
          socket.setReceiveBufferSize(receiveBuffer);
          socket.setReuseAddress(true);
          socket.setTcpNoDelay(true);
          socket.bind(new InetSocketAddress(fromPort));
          socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
          return new Connection(socket);
        });
  }

  /** Runs it in here on a thread of its own. */
  CompletableFuture<Void> inside(String thread, Runnable action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .name(thread)
        .start(
            () -> {
              try (NetworkNamespaces namespaces = new NetworkNamespaces()) {
                done.complete(
                    namespaces.visit(
                        name,
                        () -> {
                          action.run();
                          return null;
                        }));
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  /** Takes a port, so that nobody else gets it. */
  public ServerSocket occupy(String address, int port) {
    return visit(
        () -> {
          ServerSocket socket = new ServerSocket();
          socket.bind(new InetSocketAddress(address, port));
          return socket;
        });
  }

  /** Takes away the name; the namespace itself goes with the last socket in it. */
  public void delete() {
    Command.of("ip", "netns", "del", name).run().orFail();
  }

  @Override
  public void close() {
    if (exists()) {
      delete();
    }
  }

  private String path() {
    return NetworkNamespaces.DIRECTORY.resolve(name).toString();
  }

  /** Inside, on a thread that does nothing else and ends at home. */
  private <T> T visit(NetworkNamespaces.Visit<T> visit) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("visit-" + name)
        .start(
            () -> {
              try (NetworkNamespaces namespaces = new NetworkNamespaces()) {
                result.complete(namespaces.visit(name, visit));
              } catch (IOException e) {
                result.completeExceptionally(new UncheckedIOException(name + ": " + e, e));
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }
}
