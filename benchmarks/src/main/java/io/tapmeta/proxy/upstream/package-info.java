/** Benchmarks of what no other package sees. */
@NullMarked
package io.tapmeta.proxy.upstream;

import org.jspecify.annotations.NullMarked;
