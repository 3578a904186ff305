/**
 * What the kernel says about who asks: the attachment through which a connection came in and the
 * source MAC of its SYN.
 *
 * <p>Immutable values. Made on the event loop that accepts a connection and on the thread that
 * follows the attachments directory; nothing in here does input or output.
 */
@NullMarked
package io.tapmeta.resolver.ingress;

import org.jspecify.annotations.NullMarked;
