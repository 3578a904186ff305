/**
 * The admin passwords that guests publish about themselves, kept where no upstream keeps them.
 *
 * <p>Reads come from memory on any thread; writes go through one thread that answers when the disk
 * has them.
 */
@NullMarked
package io.tapmeta.proxy.password;

import org.jspecify.annotations.NullMarked;
