package io.tapmeta.proxy.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A backend that does to each request what a script says, byte by byte: a thread a connection, and
 * everything that was asked is kept to be looked at.
 */
final class MisbehavingBackend implements AutoCloseable {
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Request> probes = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Optional<SSLContext> tls;
  private final InetAddress address;
  private final int port;
  private volatile Script script;
  private volatile ServerSocket listener;
  private volatile Thread accepting = Thread.currentThread();

  /** What becomes of a request. */
  @FunctionalInterface
  interface Script {
    void serve(Talk talk) throws IOException, InterruptedException;
  }

  /**
   * A request as it came.
   *
   * @param connection which of the backend's connections it came by, from 1
   * @param peer the subject of the certificate that was shown; empty: none
   */
  record Request(String head, byte[] body, int connection, String peer) {
    String line() {
      return head.substring(0, head.indexOf('\r'));
    }

    /** All values of a header, whatever the case of its name. */
    List<String> header(String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    /** Names of headers, in lower case. */
    List<String> headerNames() {
      return head.lines()
          .skip(1)
          .filter(line -> !line.isEmpty())
          .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
          .toList();
    }
  }

  /** One request, and the means to answer it. */
  static final class Talk {
    private final Socket socket;
    private final Request request;

    private Talk(Socket socket, Request request) {
      this.socket = socket;
      this.request = request;
    }

    Request request() {
      return request;
    }

    boolean isHead() {
      return request.line().startsWith("HEAD ");
    }

    Talk say(String text) throws IOException {
      return say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Talk say(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      return this;
    }

    /** A whole answer with its right length; to HEAD without its body. */
    Talk answer(int status, byte[] body, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
      byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.writeBytes(bytes);
      if (!isHead()) {
        whole.writeBytes(body);
      }
      return say(whole.toByteArray());
    }

    Talk answer(int status, String body, String... headers) throws IOException {
      return answer(status, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Nothing more to come, though the other side may go on. */
    void halfClose() throws IOException {
      socket.shutdownOutput();
    }

    void close() throws IOException {
      socket.close();
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Says nothing until the other side has gone. */
    void hang() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        // Whatever comes is none of ours.
      }
      throw new EOFException();
    }
  }

  private MisbehavingBackend(Script script, Optional<SSLContext> tls, InetSocketAddress at)
      throws IOException {
    this.script = script;
    this.tls = tls;
    this.address = at.getAddress();
    this.listener = listen(at.getPort());
    this.port = listener.getLocalPort();
    accept();
  }

  static MisbehavingBackend of(Script script) throws IOException {
    return new MisbehavingBackend(script, Optional.empty(), anyPort());
  }

  static MisbehavingBackend tls(SSLContext context, Script script) throws IOException {
    return new MisbehavingBackend(script, Optional.of(context), anyPort());
  }

  /** Answers everything by one text, at an address of loopback and the port of another. */
  static MisbehavingBackend beside(MisbehavingBackend other, InetAddress address, String body)
      throws IOException {
    return new MisbehavingBackend(
        talk -> talk.answer(200, body),
        Optional.empty(),
        new InetSocketAddress(address, other.port));
  }

  /** Answers everything by one text. */
  static MisbehavingBackend saying(String body) throws IOException {
    return of(talk -> talk.answer(200, body, "Content-Type: text/plain; charset=UTF-8"));
  }

  /** A port that refuses connections. */
  static MisbehavingBackend dead() throws IOException {
    MisbehavingBackend backend = saying("never");
    backend.die();
    return backend;
  }

  String url() {
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  /** As whom the other sides of connections showed themselves, in order, each once. */
  List<String> peers() {
    return requests.stream().map(Request::peer).distinct().toList();
  }

  int port() {
    return port;
  }

  void script(Script next) {
    script = next;
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Requests in nobody's name, which ask how it is doing; among the others they are not. */
  List<Request> probes() {
    return List.copyOf(probes);
  }

  /** The only request so far. */
  Request request() {
    if (requests.size() != 1) {
      throw new AssertionError(requests.size() + " requests (expected: 1)");
    }
    return requests.getFirst();
  }

  int connections() {
    return connections.get();
  }

  /** Connections that the other side has closed. */
  int left() {
    return left.get();
  }

  int open() {
    return open.size();
  }

  /** Takes no more connections, and loses the ones it has. */
  void die() throws IOException {
    listener.close();
    try {
      // It may have taken one more by then.
      accepting.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Takes connections again, on the same port. */
  void revive() throws IOException {
    listener = listen(port);
    accept();
  }

  @Override
  public void close() throws IOException {
    die();
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket socket =
        tls.isPresent()
            ? tls.get().getServerSocketFactory().createServerSocket()
            : new ServerSocket();
    if (socket instanceof SSLServerSocket secure) {
      secure.setNeedClientAuth(true);
    }
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address, at), 512);
    return socket;
  }

  private void accept() {
    ServerSocket mine = listener;
    accepting = Thread.ofPlatform().daemon().name("backend-" + port).start(() -> accept(mine));
  }

  private void accept(ServerSocket mine) {
    try {
      while (true) {
        Socket socket = mine.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        int number = connections.incrementAndGet();
        Thread.ofVirtual()
            .name("backend-" + port + "-" + number)
            .start(() -> serve(socket, number));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String peer = socket instanceof SSLSocket secure ? peer(secure) : "";
      while (!socket.isClosed()) {
        Optional<Request> request = read(in, number, peer);
        if (request.isEmpty()) {
          left.incrementAndGet();
          return;
        }
        (isProbe(request.get()) ? probes : requests).add(request.get());
        script.serve(new Talk(socket, request.get()));
      }
    } catch (IOException _) {
      left.incrementAndGet();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static String peer(SSLSocket socket) throws IOException {
    return socket.getSession().getPeerPrincipal().getName();
  }

  private static boolean isProbe(Request request) {
    return request.line().equals("GET / HTTP/1.1") && request.header("X-Instance-ID").isEmpty();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Optional<Request> read(InputStream in, int number, String peer)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int newest = 0;
    while (newest != 0x0d0a0d0a) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      bytes.write(next);
      newest = newest << 8 | next;
    }
    Request bare =
        new Request(bytes.toString(StandardCharsets.ISO_8859_1), new byte[0], number, peer);
    List<String> length = bare.header("Content-Length");
    byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length.getFirst()));
    return Optional.of(new Request(bare.head, body, number, peer));
  }
}
