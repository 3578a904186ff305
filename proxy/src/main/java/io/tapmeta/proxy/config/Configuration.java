package io.tapmeta.proxy.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Everything that an operator can set. Durations and sizes are written with units in the file.
 */
public record Configuration(
    Guest guest,
    Attachments attachments,
    Sources sources,
    Cache cache,
    Passwords passwords,
    Admin admin) {

  /** Every key's default. */
  public static final Configuration DEFAULTS =
      new Configuration(
          Guest.DEFAULTS,
          Attachments.DEFAULTS,
          Sources.DEFAULTS,
          Cache.DEFAULTS,
          Passwords.DEFAULTS,
          Admin.DEFAULTS);

  /**
   * What guests reach.
   *
   * @param port the port listened on inside each namespace, the target of its DNAT
   * @param addresses the addresses listened on inside each namespace
   * @param eventLoops threads that serve guests
   * @param hold how long a request waits for a record that is on its way
   */
  public record Guest(
      int port, List<InetAddress> addresses, int eventLoops, Duration hold, Limits limits) {
    static final Guest DEFAULTS =
        new Guest(
            9697,
            List.of(
                InetAddress.ofLiteral("169.254.169.254"), InetAddress.ofLiteral("fe80::a9fe:a9fe")),
            2,
            Duration.ofSeconds(8),
            Limits.DEFAULTS);
  }

  /**
   * What one guest may send and how long it may take.
   *
   * @param requestLine bytes of the first line
   * @param headers number of header lines
   * @param head bytes of request line and headers together
   * @param body bytes of a request's body
   * @param headTimeout from the first byte of a request to the end of its head
   * @param bodyTimeout from the end of the head to the end of the body
   * @param idleTimeout between requests
   * @param writeTimeout a reader that takes nothing for so long is cut off
   * @param held requests of one attachment that wait for a record at the same time
   */
  public record Limits(
      int requestLine,
      int headers,
      int head,
      int body,
      Duration headTimeout,
      Duration bodyTimeout,
      Duration idleTimeout,
      Duration writeTimeout,
      int held) {
    static final Limits DEFAULTS =
        new Limits(
            8 * 1024,
            100,
            16 * 1024,
            64 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            32);
  }

  /**
   * Who is plugged in.
   *
   * @param directory where the wiring writes one file an attachment
   */
  public record Attachments(Path directory) {
    static final Attachments DEFAULTS = new Attachments(Path.of("/run/tapmeta/attachments"));
  }

  /**
   * Where records come from.
   *
   * @param directory where instance records are, one file a VM
   */
  public record Sources(Path directory) {
    static final Sources DEFAULTS = new Sources(Path.of("/etc/tapmeta/instances"));
  }

  /**
   * What is kept of documents.
   *
   * @param size bytes of rendered documents that are kept
   */
  public record Cache(long size) {
    static final Cache DEFAULTS = new Cache(16L * 1024 * 1024);
  }

  /**
   * The admin passwords that guests publish, where no upstream keeps them.
   *
   * @param directory one file an instance, named by its uuid
   */
  public record Passwords(Path directory) {
    static final Passwords DEFAULTS = new Passwords(Path.of("/var/lib/tapmeta/passwords"));
  }

  /**
   * What operators reach.
   *
   * @param listen for metrics and health over HTTP
   * @param socket a Unix socket for the command line
   */
  public record Admin(InetSocketAddress listen, Path socket) {
    static final Admin DEFAULTS =
        new Admin(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9775),
            Path.of("/run/tapmeta/admin.sock"));
  }
}
