package io.tapmeta.benchmarks;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.RecordIndex;
import io.tapmeta.resolver.Resolver;
import java.util.List;
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
 * What one changed record costs: another index, made from the one before and published. On the thread of the
 * source, never on an event loop.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar IndexRebuild -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class IndexRebuildBenchmark {
  @Param({"1000", "10000", "100000"})
  int records;

  private final Resolver resolver = new Resolver(Set.of("benchmark"));
  private InstanceRecord current = new InstanceRecord(DemoRecords.instance(0), 0, "in memory");
  private long revision;

  @Setup
  public void read() {
    List<InstanceRecord> all = DemoRecords.first(records);
    resolver.publish("benchmark", all);
    current = all.getFirst();
    revision = records;
  }

  /** The first record has another revision each time. */
  @Benchmark
  public RecordIndex change() {
    InstanceRecord next = new InstanceRecord(current.instance(), revision++, "in memory");
    resolver.publish("benchmark", List.of(next), List.of(current));
    current = next;
    return resolver.index();
  }
}
