/**
 * The documents that guests read: which path is which document, how each is rendered from a record,
 * and the cache of rendered ones.
 *
 * <p>Rendering is a pure function of the record and runs on the event loop that first misses, or on
 * whichever thread asks. The cache is shared; a {@code DocumentReader} belongs to one loop.
 */
@NullMarked
package io.tapmeta.proxy.document;

import org.jspecify.annotations.NullMarked;
