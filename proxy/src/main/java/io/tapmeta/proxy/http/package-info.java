/**
 * HTTP/1.x as guests speak it: strict reading of request heads, one answer at a time, keep-alive.
 *
 * <p>Owns the guest's connection from accept to close. Everything runs on the event loop that the
 * connection's listener is bound to; what a loop keeps between requests is in its {@code
 * GuestLoop}.
 */
@NullMarked
package io.tapmeta.proxy.http;

import org.jspecify.annotations.NullMarked;
