/**
 * The configuration: one immutable tree of records, each with its defaults, and the reading of it.
 *
 * <p>Read on the main thread at the start and on the signal thread at a reload; after that only
 * values.
 */
@NullMarked
package io.tapmeta.proxy.config;

import org.jspecify.annotations.NullMarked;
