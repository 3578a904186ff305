/**
 * The command line: what each command does, its exit status and its one-line errors.
 *
 * <p>The only room that ends the process or writes to standard output. Runs on the main thread; the
 * daemon's signals on the JVM's signal thread.
 */
@NullMarked
package io.tapmeta.proxy.cli;

import org.jspecify.annotations.NullMarked;
