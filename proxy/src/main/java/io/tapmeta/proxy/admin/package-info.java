/**
 * What operators and Prometheus reach: metrics, health and state, over HTTP on an address of the
 * host and over a Unix socket.
 *
 * <p>Runs on a thread of its own, so that a scrape never delays a guest.
 */
@NullMarked
package io.tapmeta.proxy.admin;

import org.jspecify.annotations.NullMarked;
