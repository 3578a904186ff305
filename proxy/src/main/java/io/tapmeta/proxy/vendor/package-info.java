/**
 * Vendor data that does not come with a record: the node's own document, and the targets that are
 * asked about each instance.
 *
 * <p>The node's document is followed by a thread of its own. Targets are asked over HTTP by threads
 * of their own, each target's apart from the others'; what they said is put together on the thread
 * {@code vendor-data}, which keeps the time as well. Nothing here ever runs for long on an event
 * loop, and all of these threads live in the host's network namespace.
 */
@NullMarked
package io.tapmeta.proxy.vendor;

import org.jspecify.annotations.NullMarked;
