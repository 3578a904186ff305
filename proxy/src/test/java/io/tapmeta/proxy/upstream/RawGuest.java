package io.tapmeta.proxy.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A guest's end of a connection: exactly the bytes it is told to send, and answers as they came. */
final class RawGuest implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  /** An answer, its body without chunks. */
  record Answer(String head, byte[] body) {
    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    List<String> header(String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    Optional<String> only(String name) {
      List<String> all = header(name);
      if (all.size() > 1) {
        throw new AssertionError(name + " is there " + all.size() + " times");
      }
      return all.stream().findFirst();
    }
  }

  RawGuest(InetSocketAddress address, int receiveBuffer) throws IOException {
    this(address, receiveBuffer, new InetSocketAddress(0));
  }

  /** One that comes from an address of its own. */
  RawGuest(InetSocketAddress address, int receiveBuffer, InetSocketAddress from)
      throws IOException {
    socket = new Socket();
    socket.bind(from);
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setTcpNoDelay(true);
    socket.connect(address);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  RawGuest send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawGuest send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawGuest ask(String method, String path, String... headers) throws IOException {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    text.append("Host: 169.254.169.254\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return send(text.append("\r\n").toString());
  }

  Answer get(String path, String... headers) throws IOException {
    return ask("GET", path, headers).read();
  }

  Answer head(String path) throws IOException {
    return ask("HEAD", path).readHead();
  }

  Answer post(String path, String body, String... headers) throws IOException {
    StringBuilder text = new StringBuilder("POST " + path + " HTTP/1.1\r\n");
    text.append("Host: 169.254.169.254\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    text.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    return send(text.toString()).send(bytes).read();
  }

  /** The next answer, whatever shows where it ends. */
  Answer read() throws IOException {
    Answer head = readHead();
    if (head.status() < 200 || head.status() == 204 || head.status() == 304) {
      return head;
    }
    if (head.header("Transfer-Encoding").contains("chunked")) {
      return new Answer(head.head, chunks());
    }
    Optional<String> length = head.only("Content-Length");
    if (length.isEmpty()) {
      return new Answer(head.head, in.readAllBytes());
    }
    byte[] body = in.readNBytes(Integer.parseInt(length.get()));
    if (body.length < Integer.parseInt(length.get())) {
      throw new EOFException("after " + body.length + " bytes of: " + head.head);
    }
    return new Answer(head.head, body);
  }

  /** The head of the next answer. */
  Answer readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("instead of an answer, after: " + head);
      }
      head.append((char) next);
    }
    return new Answer(head.toString(), new byte[0]);
  }

  /** One byte of a body. */
  int readByte() throws IOException {
    return in.read();
  }

  boolean hasAnswer() throws IOException {
    return in.available() > 0;
  }

  /** True where the other side ends the connection without another byte. */
  boolean ends() throws IOException {
    return in.read() < 0;
  }

  /** Goes away before its time. */
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** The body of an answer in chunks whose head was read. */
  byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size;
    do {
      size = Integer.parseInt(line(), 16);
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size) {
        throw new EOFException("in a chunk");
      }
      body.writeBytes(chunk);
      if (!line().isEmpty()) {
        throw new IOException("a chunk without end");
      }
    } while (size > 0);
    return body.toByteArray();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("in a line");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
