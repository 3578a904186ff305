/**
 * From an attachment to a listening socket in its namespace, and from an accepted connection to who
 * asks.
 *
 * <p>The attachments directory is followed by a thread of its own; listeners are opened and closed
 * by another, the only one that ever enters a namespace; connections are accepted, and identified,
 * on event loops.
 */
@NullMarked
package io.tapmeta.proxy.listen;

import org.jspecify.annotations.NullMarked;
