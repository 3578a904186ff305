/**
 * Where records come from. Each source runs on a thread of its own, keeps the last good state of
 * what it reads, and publishes all of it at once.
 */
@NullMarked
package io.tapmeta.resolver.source;

import org.jspecify.annotations.NullMarked;
