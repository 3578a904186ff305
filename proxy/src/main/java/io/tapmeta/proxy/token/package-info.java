/**
 * Session tokens: sealed lifetimes that nobody keeps a list of.
 *
 * <p>The keys are the node's, in memory alone; each event loop seals and opens with a {@link
 * io.tapmeta.proxy.token.TokenSeal} of its own.
 */
@NullMarked
package io.tapmeta.proxy.token;

import org.jspecify.annotations.NullMarked;
