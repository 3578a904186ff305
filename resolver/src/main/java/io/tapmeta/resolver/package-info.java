/**
 * From an ingress (attachment and MAC) to the instance behind it.
 *
 * <p>Owns the immutable index of all records. Written by the sources' threads, one publication at a
 * time; read by every event loop without a lock. Knows nothing of HTTP or of Netty.
 */
@NullMarked
package io.tapmeta.resolver;

import org.jspecify.annotations.NullMarked;
