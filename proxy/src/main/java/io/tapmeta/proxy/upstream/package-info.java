/**
 * What is not known here goes, signed, to a Nova-style backend: requests made of parsed parts,
 * pooled connections, failover, a cache.
 *
 * <p>A request is sent, and its answer read, on the event loop of the guest that asked; a client
 * belongs to one loop. The health of endpoints is shared; what looks after it has a thread for what
 * may block and a loop for its probes.
 */
@NullMarked
package io.tapmeta.proxy.upstream;

import org.jspecify.annotations.NullMarked;
