package io.tapmeta.proxy.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another server, which answers 200 to whatever it takes for a request, on a Unix socket. */
final class Peer implements AutoCloseable {
  /** Where verify has unpacked them; empty where they have to be installed. */
  private static final Optional<Path> UNPACKED =
      Optional.ofNullable(System.getenv("TAPMETA_PEERS")).map(Path::of);

  private static final int NONE = -1;
  private static final int LONGEST_ANSWER = 64 * 1024;

  private final String name;
  private final Process process;
  private final Path socket;

  private Peer(String name, Path socket, Path log, String... words) throws IOException {
    this.name = name;
    this.socket = socket;
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    UNPACKED.ifPresent(place -> builder.environment().put("LD_LIBRARY_PATH", libraries(place)));
    this.process = builder.start();
    for (int tries = 0; !answers() && tries < 500; tries++) {
      if (!process.isAlive()) {
        throw new IOException(name + ": " + Files.readString(log));
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  static Optional<Path> program(String name) {
    return Stream.concat(UNPACKED.stream(), Stream.of(Path.of("/")))
        .map(root -> root.resolve("usr/sbin").resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String libraries(Path root) {
    try (Stream<Path> folders = Files.list(root.resolve("usr/lib"))) {
      return folders.map(Path::toString).collect(Collectors.joining(":"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Peer nginx(Path directory) throws IOException {
    Path socket = directory.resolve("nginx.sock");
    Path file = directory.resolve("nginx.conf");
    Path body = Files.createDirectories(directory.resolve("body"));
    Files.writeString(
        file,
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log /dev/null;
        events {}
        http {
          access_log off; client_header_timeout 2s; client_body_timeout 2s;
          client_body_temp_path %2$s; proxy_temp_path %2$s; fastcgi_temp_path %2$s;
          uwsgi_temp_path %2$s; scgi_temp_path %2$s;
          server { listen unix:%3$s; location / { return 200 "ok"; } }
        }
        """
            .formatted(directory, body, socket));
    return new Peer(
        "nginx",
        socket,
        directory.resolve("nginx.log"),
        program("nginx").orElseThrow().toString(),
        "-e",
        "/dev/null",
        "-p",
        directory.toString(),
        "-c",
        file.toString());
  }

  static Peer haproxy(Path directory) throws IOException {
    Path socket = directory.resolve("haproxy.sock");
    Path file = directory.resolve("haproxy.cfg");
    Files.writeString(
        file,
        """
        defaults
          mode http
          timeout client 2s
          timeout http-request 2s
          timeout http-keep-alive 2s
        frontend all
          bind unix@%s
          http-request return status 200
        """
            .formatted(socket));
    return new Peer(
        "haproxy",
        socket,
        directory.resolve("haproxy.log"),
        program("haproxy").orElseThrow().toString(),
        "-db",
        "-f",
        file.toString());
  }

  /** True where it took the bytes for a request and answered it. */
  boolean accepts(byte[] request) {
    return status(request) == 200;
  }

  private boolean answers() {
    return status("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) == 200;
  }

  /** Of the first answer; {@link #NONE} where it only closed. */
  private int status(byte[] request) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      for (ByteBuffer rest = ByteBuffer.wrap(request); rest.hasRemaining(); ) {
        channel.write(rest);
      }
      ByteBuffer answer = ByteBuffer.allocate(LONGEST_ANSWER);
      while (answer.position() < 12 && channel.read(answer) >= 0) {
        // As much of the status line as has the status.
      }
      String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
      return text.matches("(?s)HTTP/1\\.[01] \\d{3}.*")
          ? Integer.parseInt(text.substring(9, 12))
          : NONE;
    } catch (IOException _) {
      return NONE;
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  @Override
  public String toString() {
    return name;
  }

  static List<byte[]> corpus() {
    try (Stream<Path> files = Files.list(Path.of("src/test/corpus/request-head"))) {
      return files.sorted().map(Peer::bytes).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
