package io.tapmeta.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every target over its folder of {@code src/test/corpus}, in which whatever a fuzzer finds is kept,
 * and over changes of it: some that are the same in every run, some of a seed that a failure names.
 */
class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/corpus");
  private static final long SAME_SEED = 20_261_123;
  private static final long CHANGES_NANOS = 800_000_000;

  /** For one input, many times what the slowest takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource
  void corpusHoldsNothingThatBreaksIt(Target target) {
    List<byte[]> corpus = corpus(target);
    assertThat(corpus).hasSizeGreaterThan(2);
    corpus.forEach(input -> assertTimeoutPreemptively(PATIENCE, () -> target.take(input)));
  }

  @ParameterizedTest
  @EnumSource
  void changesOfTheCorpusDoNotBreakIt(Target target) {
    changes(target, SAME_SEED);
  }

  private static void changes(Target target, long seed) {
    Mutations mutations = new Mutations(corpus(target), seed);
    long deadline = System.nanoTime() + CHANGES_NANOS;
    for (int i = 0; System.nanoTime() < deadline; i++) {
      byte[] input = mutations.next();
      try {
        target.take(input);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("%s, seed %d, change %d".formatted(target, seed, i), e);
      }
    }
  }

  private static List<byte[]> corpus(Target target) {
    try (Stream<Path> files = Files.list(CORPUS.resolve(target.folder()))) {
      return files.sorted().map(CorpusTest::bytes).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
