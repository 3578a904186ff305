package io.tapmeta.proxy.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Named network namespaces, as {@code ip netns} keeps them, and the visiting of them.
 *
 * <p>A socket stays in the namespace in which it was made, whichever thread uses it later, so a
 * visit lasts only as long as it takes to make one. Threads started during a visit would be born in
 * the guest's namespace: a visitor starts none.
 */
public final class NetworkNamespaces implements AutoCloseable {
  /** Where {@code ip netns} mounts them. */
  public static final Path DIRECTORY = Path.of("/run/netns");

  private final int home;

  /** What is done inside a namespace. */
  @FunctionalInterface
  public interface Visit<T> {
    T run() throws IOException;
  }

  /** The namespace in which the calling thread is now is the one that visits return to. */
  public NetworkNamespaces() throws IOException {
    this.home = Libc.open("/proc/thread-self/ns/net");
  }

  /**
   * Identifies a namespace for as long as it lives; empty where there is none of that name. A name
   * whose namespace was replaced has another number.
   */
  public static Optional<Long> inode(String name) {
    try {
      return Optional.of((Long) Files.getAttribute(DIRECTORY.resolve(name), "unix:ino"));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /**
   * Runs {@code visit} inside a namespace, on the calling thread, which has to be a platform thread
   * that does nothing else.
   *
   * @throws IOException where there is no such namespace, or the visit failed
   * @throws IllegalStateException where the way home failed: the thread is lost and must end
   */
  public <T> T visit(String name, Visit<T> visit) throws IOException {
    int fd = Libc.open(DIRECTORY.resolve(name).toString());
    try {
      Libc.setNetworkNamespace(fd, "namespace " + name);
    } catch (IOException e) {
      // What an interrupted "ip netns add" leaves is a plain file.
      throw new IOException(
          e.getMessage() + " (expected: a network namespace at " + DIRECTORY.resolve(name) + ")",
          e);
    } finally {
      Libc.close(fd);
    }
    try {
      return visit.run();
    } finally {
      goHome();
    }
  }

  /** The index of an interface in the namespace being visited; 0 where there is none. */
  public static int interfaceIndex(String name) throws IOException {
    return Libc.interfaceIndex(name);
  }

  @Override
  public void close() throws IOException {
    Libc.close(home);
  }

  private void goHome() {
    try {
      Libc.setNetworkNamespace(home, "the way home");
    } catch (IOException e) {
      throw new IllegalStateException("a thread is stuck in a guest's namespace", e);
    }
  }
}
