package io.tapmeta.proxy.upstream;

import io.tapmeta.proxy.config.EndpointUrl;
import java.net.InetSocketAddress;
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

  /** Asks the system for the address again. Blocks; for the prober only. */
  void resolve() {
    InetSocketAddress resolved = new InetSocketAddress(url.host(), url.port());
    if (!resolved.isUnresolved()) {
      address = resolved;
    }
  }

  boolean isEjected(long now) {
    return ejectedUntil - now > 0;
  }

  /** True where it is not worth a try: it was ejected because it took no connection. */
  boolean isRefusing(long now) {
    return refusing && isEjected(now);
  }

  /** Until when it is left out, by {@link System#nanoTime}. */
  long ejectedUntil() {
    return ejectedUntil;
  }

  void succeeded() {
    if (failures != 0) {
      refusing = false;
      failures = 0;
      ejectedUntil = System.nanoTime();
    }
  }

  /** It took no connection. */
  void refused(long now) {
    eject(now);
    refusing = true;
  }

  /** It took a request, and gave no answer or a bad one. */
  void failed(long now) {
    eject(now);
    refusing = false;
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
