package io.tapmeta.proxy.http;

import io.tapmeta.proxy.audit.AuditLog;
import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.proxy.upstream.Upstream;
import io.tapmeta.proxy.vendor.VendorTargets;
import io.tapmeta.resolver.Resolver;
import java.util.Optional;

/** What all loops share in serving guests. */
public record GuestService(
    Resolver resolver,
    RouteTable routes,
    DocumentCache cache,
    PasswordStore passwords,
    Optional<Upstream> upstream,
    VendorTargets vendorTargets,
    GuestMetrics metrics,
    Optional<AuditLog> audit) {

  /** A service of this node alone: no backend, no targets of vendor data. */
  public GuestService(
      Resolver resolver,
      RouteTable routes,
      DocumentCache cache,
      PasswordStore passwords,
      GuestMetrics metrics) {
    this(resolver, routes, cache, passwords, Optional.empty(), VendorTargets.none(), metrics);
  }

  /** Without an audit log. */
  public GuestService(
      Resolver resolver,
      RouteTable routes,
      DocumentCache cache,
      PasswordStore passwords,
      Optional<Upstream> upstream,
      VendorTargets vendorTargets,
      GuestMetrics metrics) {
    this(resolver, routes, cache, passwords, upstream, vendorTargets, metrics, Optional.empty());
  }
}
