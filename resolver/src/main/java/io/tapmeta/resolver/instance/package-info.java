/**
 * The instance record: what is known of one virtual machine, in Nova's and Neutron's words, and the
 * reading and validating of it.
 *
 * <p>Immutable values, made on the thread of the source that loads them.
 */
@NullMarked
package io.tapmeta.resolver.instance;

import org.jspecify.annotations.NullMarked;
