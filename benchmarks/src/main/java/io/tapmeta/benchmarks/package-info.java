/**
 * JMH benchmarks of the hot path, each with the question it answers and the command that runs it. They
 * run in JVMs of their own, with the options of the daemon.
 */
@NullMarked
package io.tapmeta.benchmarks;

import org.jspecify.annotations.NullMarked;
