package io.tapmeta.benchmarks;

import io.tapmeta.resolver.Resolution;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.ingress.Ingress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From where a request came in to the record behind it, which is done for every request. All ports
 * are asked for in turn, so that the larger indexes do not fit the processor's caches.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar Resolve -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class ResolveBenchmark {
  /** A prime, so that neighbours are not asked for one after the other. */
  private static final int STRIDE = 7919;

  private static final int ASKED = 4096;

  @Param({"10", "1000", "100000"})
  int ports;

  private final Resolver resolver = new Resolver(Set.of("benchmark"));
  private final Ingress[] ingresses = new Ingress[ASKED];
  private int next;

  @Setup
  public void publish() {
    resolver.publish("benchmark", DemoRecords.first(ports));
    for (int i = 0; i < ASKED; i++) {
      ingresses[i] = DemoRecords.ingress((int) ((long) i * STRIDE % ports));
    }
  }

  /** Found, always. */
  @Benchmark
  public Resolution resolve() {
    next = (next + 1) % ASKED;
    return resolver.resolve(ingresses[next]);
  }
}
