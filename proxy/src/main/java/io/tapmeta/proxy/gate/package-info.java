/**
 * What stands between a request and its answer: the reasons to refuse one, and the one mapping from
 * a reason to a status.
 *
 * <p>Values only; used on every event loop.
 */
@NullMarked
package io.tapmeta.proxy.gate;

import org.jspecify.annotations.NullMarked;
