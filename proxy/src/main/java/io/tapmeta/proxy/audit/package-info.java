/**
 * The audit log: a line of JSON for each request that was denied, and for a part of those that were
 * answered. Lines are handed over on event loops, which never wait, and written by one thread.
 */
@NullMarked
package io.tapmeta.proxy.audit;

import org.jspecify.annotations.NullMarked;
