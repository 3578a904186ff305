/**
 * The test kit: compute nodes, guests and daemons of real parts, each a network namespace or a process of its own, gone
 * when closed.
 *
 * <p>Names are this run's own, so that several runs can go side by side. Tests wait by looking, never by sleeping.
 */
@NullMarked
package io.tapmeta.proxy.scenario.kit;

import org.jspecify.annotations.NullMarked;
