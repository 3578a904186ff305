/**
 * Fuzzing of everything that reads bytes from outside. A target is a class with a static method
 * {@code fuzzerTestOneInput} that throws where its oracle is broken; it lives beside what it tries.
 *
 * <p>{@link io.tapmeta.proxy.fuzz.CorpusTest} runs all of them over {@code src/test/corpus} and over
 * random changes of it, without any tool; {@code netns-scripts/fuzz} has Jazzer look for new inputs.
 */
@NullMarked
package io.tapmeta.proxy.fuzz;

import org.jspecify.annotations.NullMarked;
