/**
 * The daemon as a whole: the wiring of its parts, their start, reload and end.
 *
 * <p>Runs on the main thread and on the thread of the signals; everything that lives long is handed
 * to the thread that owns it.
 */
@NullMarked
package io.tapmeta.proxy;

import org.jspecify.annotations.NullMarked;
