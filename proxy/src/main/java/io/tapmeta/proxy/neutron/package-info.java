/**
 * What Neutron's metadata agents and Nova were told, turned into our configuration: their files are read
 * as oslo.config reads them, and of every option is said what became of it.
 *
 * <p>Runs on the main thread, for one command.
 */
@NullMarked
package io.tapmeta.proxy.neutron;

import org.jspecify.annotations.NullMarked;
