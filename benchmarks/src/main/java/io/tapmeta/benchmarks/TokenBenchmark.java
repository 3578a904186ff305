package io.tapmeta.benchmarks;

import io.tapmeta.proxy.token.TokenKeys;
import io.tapmeta.proxy.token.TokenSeal;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Session tokens, where they are on: one is given out a session, and checked with every request.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar TokenBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenBenchmark {
  private static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";
  private static final String STRANGER = "c84e2d70-19b6-4f3a-b0d5-61a7e93f2c58";
  private static final int GENERATION = 7;
  private static final int LIFETIME = 21_600;

  private final TokenSeal seal = new TokenSeal(new TokenKeys(0));
  private String token = "";

  @Setup
  public void issue() {
    token = issued();
    if (!good() || stolen()) {
      throw new IllegalStateException("a token that is good for another (expected: for its own)");
    }
  }

  /** A good one, checked. */
  @Benchmark
  public boolean good() {
    return seal.isGood(token, UUID, GENERATION, 1);
  }

  /** Another VM's, checked: as dear as a good one. */
  @Benchmark
  public boolean stolen() {
    return seal.isGood(token, STRANGER, GENERATION, 1);
  }

  /** Given out. */
  @Benchmark
  public String issued() {
    return seal.seal(UUID, GENERATION, LIFETIME, 0);
  }
}
