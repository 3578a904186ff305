package io.tapmeta.proxy.http;

import io.tapmeta.proxy.audit.AuditLine;
import io.tapmeta.proxy.audit.AuditLog;
import io.tapmeta.proxy.config.Audit;
import io.tapmeta.proxy.document.Route;
import io.tapmeta.proxy.gate.AuditQuota;
import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.proxy.gate.IdentityRefusal;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Policy.Tokens;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Says of each request whether the audit log has a line of it, within what its VM may cause.
 * Belongs to one loop.
 */
public final class Auditor {
  private static final int NOT_MODIFIED = 304;

  private final @Nullable AuditLog log;

  /** Of each VM whose lines were left out since its last one: the first of these. */
  private final Map<AuditQuota, AuditLine> leftOut = new LinkedHashMap<>();

  Auditor(Optional<AuditLog> log) {
    this.log = log.orElse(null);
  }

  /**
   * A connection was not taken in, since nobody can be its sender.
   *
   * @param address where the SYN was from; empty where that is not known either
   */
  public void turnedAway(
      Plug plug, Optional<MacAddress> mac, String address, IdentityRefusal reason) {
    AuditLog on = ifOn();
    if (on != null) {
      offer(
          on,
          plug.accounts().strangers().auditQuota(),
          new AuditLine(
              Instant.now(),
              "",
              plug.attachment().name(),
              mac.map(MacAddress::toString).orElse(""),
              address,
              "",
              "",
              true,
              reason.word(),
              0,
              "",
              0));
    }
  }

  /** A connection was beyond a budget. */
  void turnedAway(GuestConnection connection, Exchange exchange, Excess excess) {
    AuditLog on = ifOn();
    if (on != null) {
      write(on, connection, exchange, true, excess.word(), 0);
    }
  }

  /** A request was answered, by a document or by the backend. */
  void answered(GuestConnection connection, Exchange exchange, boolean forwarded, int status) {
    AuditLog on = ifOn();
    if (on != null && isSample(on.settings())) {
      String served = status == NOT_MODIFIED ? "not_modified" : "served";
      write(on, connection, exchange, false, forwarded ? "forwarded" : served, status);
    }
  }

  /** A request was refused, or could not be answered. */
  void refused(GuestConnection connection, Exchange exchange, Refusal refusal) {
    AuditLog on = ifOn();
    if (on != null && (refusal.denies() || isSample(on.settings()))) {
      write(on, connection, exchange, refusal.denies(), refusal.word(), refusal.status());
    }
  }

  /** Tells of lines that were left out where their VM has become silent. */
  void sweep(long now) {
    AuditLog on = ifOn();
    if (on == null) {
      leftOut.clear();
      return;
    }
    Audit settings = on.settings();
    Iterator<Map.Entry<AuditQuota, AuditLine>> all = leftOut.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<AuditQuota, AuditLine> first = all.next();
      AuditQuota quota = first.getKey();
      if (quota.mayReport(settings.linesPerSecond(), settings.burst(), now)) {
        on.offer(first.getValue().alsoFor(quota.takeSuppressed() - 1));
        all.remove();
      }
    }
  }

  private @Nullable AuditLog ifOn() {
    return log != null && log.settings().log().isOn() ? log : null;
  }

  private static boolean isSample(Audit settings) {
    double part = settings.allowed();
    return part > 0 && ThreadLocalRandom.current().nextDouble() < part;
  }

  private void write(
      AuditLog on,
      GuestConnection connection,
      Exchange exchange,
      boolean denied,
      String outcome,
      int status) {
    // What could not be read has neither.
    boolean known = exchange.route != Route.NONE;
    offer(
        on,
        connection.tab().account().auditQuota(),
        new AuditLine(
            Instant.now(),
            connection.tab().instance(),
            connection.plug().attachment().name(),
            connection.ingress().mac().toString(),
            connection.address(),
            known ? exchange.method.name() : "",
            known ? pathClass(exchange.route) : "",
            denied,
            outcome,
            status,
            known ? token(connection, exchange) : "",
            0));
  }

  private void offer(AuditLog on, AuditQuota quota, AuditLine line) {
    Audit settings = on.settings();
    if (quota.tryLine(settings.linesPerSecond(), settings.burst(), System.nanoTime())) {
      leftOut.remove(quota);
      on.offer(line.alsoFor(quota.takeSuppressed()));
    } else {
      leftOut.putIfAbsent(quota, line);
      on.metrics().suppressed();
    }
  }

  private static String pathClass(Route route) {
    return route.api().word() + "/" + route.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String token(GuestConnection connection, Exchange exchange) {
    if (exchange.token != null) {
      return exchange.token.word();
    }
    return connection.tab().account().tokens() == Tokens.OFF ? Tokens.OFF.word() : "";
  }
}
