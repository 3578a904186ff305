/**
 * The system calls that neither Java nor Netty has: network namespaces.
 *
 * <p>The only room with native access. Called on the one thread that opens listeners.
 */
@NullMarked
package io.tapmeta.proxy.kernel;

import org.jspecify.annotations.NullMarked;
