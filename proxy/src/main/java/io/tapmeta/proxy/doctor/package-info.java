/**
 * Walks the way of a guest's request on a node, from its attachment file to its record, and names
 * the first step at which it breaks.
 *
 * <p>Asks the node's own programs ({@code ip}, {@code nft}, {@code iptables-save}, {@code ss}) and a
 * running daemon; changes nothing. The only room that starts processes. Runs on the thread of the
 * command.
 */
@NullMarked
package io.tapmeta.proxy.doctor;

import org.jspecify.annotations.NullMarked;
