/**
 * The meters, each registered once at the start with every label it can have, and handed to those
 * who count.
 *
 * <p>Counting is safe on any thread; scraping happens on the admin thread.
 */
@NullMarked
package io.tapmeta.proxy.metrics;

import org.jspecify.annotations.NullMarked;
