package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.config.EndpointUrl;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One backend, and how it is doing.
 *
 * <p>An endpoint that fails is left out for a while that doubles with each failure in a row; what
 * works once is forgiven at once. Written by all loops and by the prober, without locks: the worst
 * that a lost update does is one request too many or too few.
 */
final class Endpoint {
  private static final long FIRST_EJECTION_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONGEST_EJECTION_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MAX_DOUBLINGS = 6;

  private final EndpointUrl url;
  private volatile InetSocketAddress address;
  private volatile int failures;
  private volatile boolean refusing;
  private volatile long ejectedUntil = System.nanoTime();
  private volatile String problem = "";

  Endpoint(EndpointUrl url) {
    this.url = url;
    this.address = InetSocketAddress.createUnresolved(url.host(), url.port());
  }

  boolean isTls() {
    return url.tls();
  }

  String host() {
    return url.host();
  }

  /** The value of {@code Host}. */
  String authority() {
    return url.authority();
  }

  /** The address as last resolved; unresolved before that. */
  InetSocketAddress address() {
    return address;
  }

  /**
   * Asks for the addresses again. One that takes connections is kept as long as it is among them;
   * one that takes none makes place for the next. May block; for the thread that looks after
   * endpoints only.
   */
  void resolve(NameService names) {
    try {
      List<InetSocketAddress> known =
          names.addresses(url.host()).stream()
              .map(each -> new InetSocketAddress(each, url.port()))
              .toList();
      int now = known.indexOf(address);
      if (!known.isEmpty() && (now < 0 || refusing)) {
        address = known.get((now + 1) % known.size());
      }
    } catch (UnknownHostException _) {
      problem = "its name has no address";
    }
  }

  boolean isEjected(long now) {
    return ejectedUntil - now > 0;
  }

  /** True where it is not worth a try: it was ejected because it took no connection. */
  boolean isRefusing(long now) {
    return refusing && isEjected(now);
  }

  void succeeded() {
    if (failures != 0) {
      refusing = false;
      failures = 0;
      ejectedUntil = System.nanoTime();
    }
  }

  /** It took no connection. */
  void refused(long now, String why) {
    problem = why;
    eject(now);
    refusing = true;
  }

  /** It took a request, and gave no answer or a bad one. */
  void failed(long now) {
    eject(now);
    refusing = false;
  }

  /** Why it took no connection when it last took none; empty: it never did not. */
  String problem() {
    return problem;
  }

  @Override
  public String toString() {
    return url.toString();
  }

  private void eject(long now) {
    int inARow = Math.min(failures + 1, MAX_DOUBLINGS);
    failures = inARow;
    ejectedUntil = now + Math.min(FIRST_EJECTION_NANOS << inARow - 1, LONGEST_EJECTION_NANOS);
  }
}
