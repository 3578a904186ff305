package io.tapmeta.proxy.http;

import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.proxy.metrics.GuestMetrics;
import io.tapmeta.proxy.password.PasswordStore;
import io.tapmeta.resolver.Resolver;

/** What all loops share in serving guests. */
public record GuestService(
    Resolver resolver,
    RouteTable routes,
    DocumentCache cache,
    PasswordStore passwords,
    GuestMetrics metrics) {}
