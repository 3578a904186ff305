package io.tapmeta.proxy.scenario.kit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A TCP connection on which exactly the given bytes are sent. */
public final class Connection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String HEAD_END = "\r\n\r\n";

  private final Socket socket;
  private final InputStream in;

  Connection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    wait(PATIENCE);
  }

  public Connection send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public Connection send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A plain GET as most clients write it, and its answer. */
  public Response get(String path) {
    return request("GET", path);
  }

  /** A request without a body, and its answer. */
  public Response request(String method, String path, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    text.append("Host: 169.254.169.254\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    send(text.append("\r\n").toString());
    return method.equals("HEAD") ? readHead() : read();
  }

  /** The next answer. */
  public Response read() {
    Response head = readHead();
    try {
      byte[] body = in.readNBytes(head.contentLength());
      if (body.length < head.contentLength()) {
        throw new EOFException("in the body, after " + body.length + " bytes of: " + head.head());
      }
      return new Response(head.head(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next answer, of which the end of the connection is the end. */
  public Response readToEnd() {
    Response head = readHead();
    try {
      return new Response(head.head(), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next answer, to HEAD. */
  public Response readHead() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    try {
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith(HEAD_END)) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException("instead of an answer, after: " + head);
        }
        head.write(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Response(head.toString(StandardCharsets.ISO_8859_1), new byte[0]);
  }

  /** True where nothing comes for that long, neither bytes nor an end. */
  public boolean isSilentFor(Duration time) {
    try {
      wait(time);
      in.mark(1);
      in.read();
      in.reset();
      return false;
    } catch (SocketTimeoutException _) {
      return true;
    } catch (IOException _) {
      return false;
    } finally {
      wait(PATIENCE);
    }
  }

  /** True where the other side ends the connection before it sends anything more. */
  public boolean ends() {
    return endsWithin(PATIENCE);
  }

  /** True where the other side has ended the connection, or ends it when something is said on it. */
  public boolean endsWhenUsed() {
    try {
      send("GET / HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n");
    } catch (UncheckedIOException _) {
      return true;
    }
    return ends();
  }

  /** True where the other side ends the connection in that time and sends nothing more. */
  public boolean endsWithin(Duration time) {
    try {
      wait(time);
      return in.read() < 0;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (SocketException _) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      wait(PATIENCE);
    }
  }

  /** Says that nothing more will be sent; answers can still be read. */
  public Connection halfClose() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void wait(Duration atMost) {
    try {
      socket.setSoTimeout((int) atMost.toMillis());
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }
}
