/**
 * Guests' TCP, from the listening socket to the bytes of a connection, in as few system calls as it
 * takes. Knows nothing of HTTP, nor of who the guests are.
 *
 * <p>Everything of a connection happens on the event loop of the socket that accepted it.
 */
@NullMarked
package io.tapmeta.proxy.wire;

import org.jspecify.annotations.NullMarked;
