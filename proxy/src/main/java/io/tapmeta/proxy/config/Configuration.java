package io.tapmeta.proxy.config;

import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Policy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that an operator can set. Durations and sizes are written with units in the file.
 *
 * @param budget of each VM whose record says nothing else
 * @param policy for each VM whose record says nothing else
 * @param audit what is written down of requests
 */
public record Configuration(
    Guest guest,
    Budget budget,
    Policy policy,
    Audit audit,
    Attachments attachments,
    Sources sources,
    Cache cache,
    Passwords passwords,
    VendorData vendorData,
    Optional<UpstreamSettings> upstream,
    Admin admin) {

  /** Every key's default. */
  public static final Configuration DEFAULTS =
      new Configuration(
          Guest.DEFAULTS,
          Budget.all(Configuration::most),
          Policy.OPEN,
          Audit.DEFAULTS,
          Attachments.DEFAULTS,
          Sources.DEFAULTS,
          Cache.DEFAULTS,
          Passwords.DEFAULTS,
          VendorData.DEFAULTS,
          Optional.empty(),
          Admin.DEFAULTS);

  /** What no guest in good order comes near, and what a flood may cost: a part of one processor. */
  private static int most(Budget.Part part) {
    return switch (part) {
      case CONNECTIONS -> 256;
      case CONNECTIONS_PER_SECOND -> 2000;
      case CONNECTION_BURST -> 4000;
      case REQUESTS_PER_SECOND -> 10_000;
      case REQUEST_BURST -> 20_000;
      case REQUESTS_PER_CONNECTION -> 1_000_000;
      case BUFFERED -> 4 * 1024 * 1024;
    };
  }

  /**
   * What guests reach.
   *
   * @param port the port listened on inside each namespace, the target of its DNAT
   * @param addresses the addresses listened on inside each namespace
   * @param eventLoops threads that serve guests
   * @param hold how long a request waits for a record that is on its way
   * @param hopLimit hops that answers may take; empty: what the namespace has
   */
  public record Guest(
      int port,
      List<InetAddress> addresses,
      int eventLoops,
      Duration hold,
      Optional<Integer> hopLimit,
      Limits limits) {
    static final Guest DEFAULTS =
        new Guest(
            9697,
            List.of(
                InetAddress.ofLiteral("169.254.169.254"), InetAddress.ofLiteral("fe80::a9fe:a9fe")),
            2,
            Duration.ofSeconds(8),
            Optional.empty(),
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
   * Vendor data that does not come with records; the words are Nova's.
   *
   * @param jsonfilePath a JSON file, for all instances whose records have no vendor data
   * @param dynamicTargets services that are asked about each instance, in the order of the document
   * @param dynamicConnectTimeout how long a target may take to be connected
   * @param dynamicReadTimeout how long it may then take to answer
   * @param dynamicFailureFatal true where a failed target makes a failed document, instead of an
   *     empty object in it
   * @param dynamicSslCertfile whom to trust as a target over https; empty: whom Java trusts
   * @param dynamicCache how long a target's answer about a record is kept; zero: not at all
   */
  public record VendorData(
      Optional<Path> jsonfilePath,
      List<Target> dynamicTargets,
      Duration dynamicConnectTimeout,
      Duration dynamicReadTimeout,
      boolean dynamicFailureFatal,
      Optional<CaBundle> dynamicSslCertfile,
      Duration dynamicCache) {
    static final VendorData DEFAULTS =
        new VendorData(
            Optional.empty(),
            List.of(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            false,
            Optional.empty(),
            Duration.ofSeconds(60));

    /**
     * A service and the name that its answers have in the document.
     *
     * @param url of http or https
     */
    public record Target(String name, URI url) {
      static final String FORM = "NAME@URL of http or https, each name once";

      /** Split at the first {@code @}: what is behind it may have others. */
      static Target parse(String text) {
        int at = text.indexOf('@');
        URI url = URI.create(text.substring(at + 1));
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (at < 1 || !http || url.getHost() == null || url.getUserInfo() != null) {
          throw new IllegalArgumentException(text);
        }
        return new Target(text.substring(0, at), url);
      }
    }
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
